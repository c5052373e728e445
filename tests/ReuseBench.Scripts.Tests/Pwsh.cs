using System.Runtime.InteropServices;

namespace ReuseBench.Scripts.Tests;

/// <summary>The command line of a script under the real engine, as `pwsh SCRIPT …` would run it.</summary>
internal static class Pwsh
{
    private static readonly string Dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    private static readonly string Host = Path.Combine(AppContext.BaseDirectory, "ReuseBench.Scripts.Host.dll");

    public static string[] File(string script, params string[] arguments) => [Dotnet, Host, SourceTree.PathOf(script), .. arguments];

    public static string[] Session(string text) => [Dotnet, Host, "-Command", text];
}

namespace ReuseBench.Scripts.Tests;

/// <summary>The pwsh that REUSEBENCH_PWSH names, or the first on PATH.</summary>
internal sealed class PwshEngine : Engine
{
    private const string Variable = "REUSEBENCH_PWSH";

    private static readonly string[]? Found = Find();

    public static bool IsInstalled => Found is not null;

    public override string[] File(string script, params string[] arguments) => [.. Command(), "-NoProfile", "-File", SourceTree.PathOf(script), .. arguments];

    public override string[] Session(string text) => [.. Command(), "-NoProfile", "-NonInteractive", "-Command", text + "\nexit $LASTEXITCODE"];

    private string[] Command()
    {
        Assert.SkipWhen(Found is null, $"no pwsh on PATH and none named by {Variable}; 'dotnet tool install --global PowerShell' brings it");
        return Found!;
    }

    private static string[]? Find()
    {
        IEnumerable<string> onPath = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, "pwsh"));
        string? found = Environment.GetEnvironmentVariable(Variable) ?? onPath.FirstOrDefault(System.IO.File.Exists);
        return found is null ? null : WithoutShim(found);
    }

    // Installed as a tool of dotnet, pwsh is a small program that looks for dotnet on PATH, where the tests put one of their own.
    private static string[] WithoutShim(string pwsh)
    {
        string tools = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(pwsh))!, ".store", "powershell");
        string? program = Directory.Exists(tools)
            ? Directory.EnumerateFiles(tools, "pwsh.dll", SearchOption.AllDirectories).FirstOrDefault(path => !path.Contains("/win", StringComparison.Ordinal))
            : null;
        return program is null ? [pwsh] : [Dotnet, program];
    }
}

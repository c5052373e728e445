namespace ReuseBench.Linux.Tests;

/// <summary>Files of /proc as a kernel once wrote them (folder Captures).</summary>
internal static class Captured
{
    internal static string Text(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Captures", name));
}

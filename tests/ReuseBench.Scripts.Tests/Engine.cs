using System.Runtime.InteropServices;

namespace ReuseBench.Scripts.Tests;

/// <summary>What runs a script: makes the command line that does what `pwsh SCRIPT …` does.</summary>
public abstract class Engine
{
    private protected static readonly string Dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    /// <summary>The engine of the System.Management.Automation package in a program of ours; always there.</summary>
    public static Engine Hosted { get; } = new HostedEngine();

    /// <summary>The same where PowerShell is not installed. A start of either takes more than a second: one of them runs a test, not both.</summary>
    public static Engine StandIn { get; } = new StandInEngine();

    /// <summary>PowerShell as people have it; a test that wants it is skipped, with the reason, where there is none.</summary>
    public static Engine Pwsh { get; } = new PwshEngine();

    /// <param name="script">Relative to the tree.</param>
    /// <param name="arguments">As typed in a shell.</param>
    public abstract string[] File(string script, params string[] arguments);

    /// <summary>Lines typed in a session of PowerShell. Its exit code is the last command's.</summary>
    public abstract string[] Session(string text);

    private sealed class StandInEngine : Engine
    {
        public override string[] File(string script, params string[] arguments) => Required().File(script, arguments);

        public override string[] Session(string text) => Required().Session(text);

        private static Engine Required()
        {
            Assert.SkipWhen(PwshEngine.IsInstalled, "pwsh is installed, and runs the same test");
            return Hosted;
        }
    }

    private sealed class HostedEngine : Engine
    {
        private static readonly string Host = Path.Combine(AppContext.BaseDirectory, "ReuseBench.Scripts.Host.dll");

        public override string[] File(string script, params string[] arguments) => [Dotnet, Host, SourceTree.PathOf(script), .. arguments];

        public override string[] Session(string text) => [Dotnet, Host, "-Command", text];
    }
}

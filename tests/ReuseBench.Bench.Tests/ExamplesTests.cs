using System.Diagnostics;
using ReuseBench.Bench.Cli;

namespace ReuseBench.Bench.Tests;

public sealed class ExamplesTests
{
    public static TheoryData<string> Lines => [.. CommandTree.ExampleLines()];

    [Theory]
    [MemberData(nameof(Lines))]
    public void An_example_of_the_help_can_be_given_to_a_shell_and_is_understood(string line)
    {
        string[] arguments = InShell(line);
        Assert.Null(Record.Exception(() => CommandErrors.Require(CommandTree.BuildFor(arguments).Parse(arguments))));
    }

    /// <summary>The words that a shell makes of it; a pipe, a redirection or a wildcard that is not quoted makes others, or none.</summary>
    internal static string[] InShell(string line)
    {
        ProcessStartInfo start = new("sh", ["-c", $"set -eu; printf '%s\\0' {line}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process shell = Process.Start(start)!;
        string words = shell.StandardOutput.ReadToEnd();
        string errors = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        Assert.True(shell.ExitCode == 0 && errors.Length == 0, errors);
        string[] arguments = words.Split('\0')[..^1];
        Assert.Equal(line.Replace("'", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal), string.Join(' ', arguments));
        return arguments;
    }
}

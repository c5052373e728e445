namespace ReuseBench.Scripts.Tests;

/// <summary>How a process ended.</summary>
internal sealed record Finished(int ExitCode, string Output, string Error)
{
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Asserts the way a script refuses: exit code 2, one line on standard error, nothing on standard output.</summary>
    public void IsRefusal(string part)
    {
        Assert.Contains(part, Error, StringComparison.Ordinal);
        Assert.Single(Error.TrimEnd('\n').Split('\n'));
        Assert.Equal("", Output);
        Assert.Equal(2, ExitCode);
    }

    public void IsSuccess()
    {
        Assert.Equal("", Error);
        Assert.Equal(0, ExitCode);
    }
}

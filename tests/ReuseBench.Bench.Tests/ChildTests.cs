using System.Globalization;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Tests;

public sealed class ChildTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly RepeatLog _log = new(TextWriter.Null);

    [Theory]
    [InlineData("1", true)] // the control: without our setting there is something to be seen
    [InlineData(null, false)]
    public void A_child_that_is_killed_leaves_nothing_in_the_temporary_folder(string? diagnostics, bool leaves)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("reusebench-child-");
        try
        {
            (string, string)[] environment = [("TMPDIR", folder.FullName), .. diagnostics is null ? []
                : ((string, string)[])[("DOTNET_EnableDiagnostics", diagnostics)]];
            using (Child child = Child.Start("serve", SelfExecutable.InRole("serve"), _log, environment))
            {
                child.Follow();
                Assert.NotNull(child.WaitLine(ServerReady.Prefix, Limit, TestContext.Current.CancellationToken));
                child.Kill();
                _ = child.WaitForExit(Limit);
            }

            Assert.Equal(leaves, folder.EnumerateFileSystemInfos().Any());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_child_is_in_a_session_of_its_own()
    {
        // The test's thread is the parent: a child dies with the thread that starts it.
        using Child child = Child.InRole("serve", [], _log);
        child.Follow();
        Assert.NotNull(child.WaitLine(ServerReady.Prefix, Limit, TestContext.Current.CancellationToken));
        Assert.Equal(child.Pid, SessionOf(child.Pid));
    }

    [Fact]
    public void A_child_that_ends_too_early_has_said_why()
    {
        using Child child = Child.InRole("serve", ["--variant", "sharde"], _log);
        child.Follow();
        Assert.Null(child.WaitLine(ServerReady.Prefix, Limit, TestContext.Current.CancellationToken));
        Assert.True(child.HasNoMoreLines);
        Assert.Equal("exit code 2", child.End());
        Assert.StartsWith("reusebench: variant: 'sharde' is unknown", child.LastWord(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_does_not_come_is_not_waited_for_longer()
    {
        using Child child = Child.InRole("serve", [], _log);
        child.Follow();
        Assert.NotNull(child.WaitLine(ServerReady.Prefix, Limit, TestContext.Current.CancellationToken));
        Assert.Null(child.WaitLine(ServerStats.Prefix, TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken));
        Assert.False(child.HasNoMoreLines);
        Assert.Null(child.End());
        child.Terminate();
        Assert.NotNull(child.WaitLine(ServerStats.Prefix, Limit, TestContext.Current.CancellationToken));
        Assert.Equal(0, child.WaitForExit(Limit));
    }

    /// <summary>
    /// Field 6 of <see href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</see>, the fourth behind the name.
    /// </summary>
    private static int SessionOf(int pid)
    {
        string text = File.ReadAllText($"/proc/{pid}/stat");
        return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[3], CultureInfo.InvariantCulture);
    }
}

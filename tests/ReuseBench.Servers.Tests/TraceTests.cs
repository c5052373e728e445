using System.Text.RegularExpressions;
using ReuseBench.Core.Wire;

namespace ReuseBench.Servers.Tests;

/// <summary>Holds the claimed options against the system calls that the server really makes.</summary>
public sealed partial class TraceTests : IDisposable
{
    private const string Strace = "/usr/bin/strace";

    private readonly string _trace = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_trace);

    [Theory]
    [InlineData("--variant single", "TCP_NODELAY")]
    [InlineData("--variant single --reuseaddr on", "SO_REUSEADDR TCP_NODELAY")]
    [InlineData("--variant shared", "TCP_NODELAY")]
    [InlineData("--variant shared --accept blocking --reuseaddr off", "TCP_NODELAY")]
    [InlineData("--variant reuseport", "SO_REUSEPORT TCP_NODELAY")]
    [InlineData("--variant reuseport --reuseaddr on", "SO_REUSEADDR SO_REUSEPORT TCP_NODELAY")]
    [InlineData("--variant inherited --workers 2", "SO_REUSEPORT TCP_NODELAY")] // Opened once, whoever serves.
    [InlineData("--variant restart --restart-every 60s", "SO_REUSEADDR TCP_NODELAY")] // It is traced before its first restart.
    public void A_system_call_trace_shows_exactly_the_options_claimed(string options, string expected)
    {
        Assert.SkipUnless(File.Exists(Strace), "strace is not installed (package strace)");
        using ServeChild traced = ServeChild.Start(
            Strace, ["-f", "-q", "-o", _trace, "-e", "trace=setsockopt,bind,listen", ServeChild.Executable, "serve", .. options.Split(' ')]);
        ServerReady ready = traced.WaitReady();
        Assert.Equal(200, RawClient.Get(ready.Port).Status);
        traced.Terminate(ready.Pid);
        traced.WaitExitCode();

        string[] calls = File.ReadAllLines(_trace);
        string listened = Assert.Single(calls, call => ListenCall().IsMatch(call));
        string fd = ListenCall().Match(listened).Groups[1].Value;
        IEnumerable<string> set = calls.Select(call => OptionCall().Match(call)).Where(call => call.Success && call.Groups[1].Value == fd)
            .Select(call => call.Groups[2].Value);
        Assert.Equal(expected, string.Join(' ', set));
    }

    [GeneratedRegex(@" listen\((\d+), 4096\)")]
    private static partial Regex ListenCall();

    [GeneratedRegex(@"setsockopt\((\d+), \w+, (\w+), \[1\]")]
    private static partial Regex OptionCall();
}

using System.Globalization;
using System.Text.RegularExpressions;
using ReuseBench.Linux;

namespace ReuseBench.SystemTests;

/// <summary>The server by hand, against tools that are not ours.</summary>
public sealed partial class ServeTests
{
    public static TheoryData<string> Variants =>
    [
        "--variant single --workers 2",
        "--variant shared --workers 2 --accept epoll",
        "--variant shared --workers 2 --accept epoll-exclusive",
        "--variant shared --workers 2 --accept blocking",
        "--variant reuseport --workers 2",
        "--variant reuseport --workers 2 --processes 2",
        "--variant restart --workers 2 --restart-every 300s",
    ];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Curl_gets_an_answer_that_names_its_worker(string serve)
    {
        string curl = Tools.Require("curl");
        using RunningProgram server = Serve(serve, out int port);
        Outcome outcome = RunningProgram.Run(curl, "--silent", "--show-error", "--include", "--max-time", "120", $"http://127.0.0.1:{port}/");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.StartsWith("HTTP/1.1 200 OK", outcome.Output, StringComparison.Ordinal);
        Assert.Matches(@"X-Worker: [01]\b", outcome.Output);
        Stop(server);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Wrk_and_the_server_count_the_same_requests(string serve)
    {
        string wrk = Tools.Require("wrk");
        using RunningProgram server = Serve(serve, out int port);
        Outcome outcome = RunningProgram.Run(wrk, "--threads", "1", "--connections", "8", "--duration", "1s", "--timeout", "120s", $"http://127.0.0.1:{port}/");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.DoesNotContain("Socket errors", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", outcome.Output, StringComparison.Ordinal);
        long seen = long.Parse(RequestsOfWrk().Match(outcome.Output).Groups[1].Value, CultureInfo.InvariantCulture);
        long served = long.Parse(StatsRequests().Match(Stop(server)).Groups[1].Value, CultureInfo.InvariantCulture);

        // wrk leaves without waiting for the last answer of each connection.
        Assert.InRange(served, seen, seen + 8);
        Assert.True(seen > 0, outcome.Output);
    }

    [Theory]
    [InlineData("--variant single", "")]
    [InlineData("--variant single --reuseaddr off", "")]
    [InlineData("--variant single --reuseaddr on", "SO_REUSEADDR=1")]
    [InlineData("--variant shared --workers 2", "")]
    [InlineData("--variant reuseport --workers 2", "SO_REUSEPORT=1,SO_REUSEPORT=1")]
    [InlineData("--variant reuseport --workers 2 --reuseaddr on", "SO_REUSEADDR=1,SO_REUSEADDR=1,SO_REUSEPORT=1,SO_REUSEPORT=1")]
    [InlineData("--variant restart --restart-every 10s", "SO_REUSEADDR=1")]
    public void Strace_sees_exactly_the_reuse_options_that_are_claimed(string serve, string options)
    {
        string strace = Tools.Require("strace");
        using TestFolder folder = new();
        string trace = folder.At("trace");
        using RunningProgram server = RunningProgram.Start(
            strace, ["-f", "--seccomp-bpf", "-qq", "-e", "trace=setsockopt", "-o", trace, RunningProgram.ReuseBench, "serve", .. serve.Split(' ')]);
        string ready = server.WaitForLine("READY ");
        int pid = int.Parse(PidInReady().Match(ready).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Equal(0, ChildProcess.Kill(pid, Signal.Terminate));
        Assert.Equal(0, server.WaitForExit().ExitCode);

        IEnumerable<string> set = ReuseOption().Matches(File.ReadAllText(trace)).Select(m => $"{m.Groups[1].Value}={m.Groups[2].Value}")
            .Order(StringComparer.Ordinal);
        Assert.Equal(options, string.Join(',', set));
    }

    private static RunningProgram Serve(string arguments, out int port)
    {
        RunningProgram server = RunningProgram.Start(RunningProgram.ReuseBench, ["serve", .. arguments.Split(' ')]);
        port = int.Parse(PortInReady().Match(server.WaitForLine("READY ")).Groups[1].Value, CultureInfo.InvariantCulture);
        return server;
    }

    /// <summary>Stops the server as a supervisor would, and gives its stats.</summary>
    private static string Stop(RunningProgram server)
    {
        Assert.Equal(0, ChildProcess.Kill(server.Process.Id, Signal.Terminate));
        Outcome outcome = server.WaitForExit();
        Assert.True(outcome.HasMeasured, outcome.Errors);
        return server.WaitForLine("STATS ");
    }

    [GeneratedRegex("\"port\":(\\d+)")]
    private static partial Regex PortInReady();

    [GeneratedRegex("\"pid\":(\\d+)")]
    private static partial Regex PidInReady();

    [GeneratedRegex("\"requests\":(\\d+)")]
    private static partial Regex StatsRequests();

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex RequestsOfWrk();

    [GeneratedRegex(@"SOL_SOCKET, (SO_REUSE\w+), \[(\d)\]")]
    private static partial Regex ReuseOption();
}

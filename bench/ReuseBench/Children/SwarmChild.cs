using System.Globalization;
using System.Net;
using System.Text.Json;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Children;

/// <summary>A driver other than the native swarm.</summary>
/// <param name="Assembly">Full path.</param>
/// <param name="Reports">Folder for the reports that it writes itself; null for none.</param>
internal sealed record DriverPlugin(string Assembly, string? Reports)
{
    /// <summary>What <c>load</c> is told about it.</summary>
    public string[] Arguments => ["--driver-assembly", Assembly, .. Reports is null ? Array.Empty<string>() : ["--driver-reports", Reports]];
}

/// <summary>
/// The swarm, in a process of its own: its signals while it runs, its document at the end. It starts beside the server and waits for its
/// target, since both starts take a few hundred milliseconds and neither is measured.
/// </summary>
internal sealed class SwarmChild : ISwarm
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(15);

    private readonly Child _child;
    private readonly TimeSpan _limit;
    private readonly Task<string> _output;
    private readonly Timer _deadline;

    private SwarmChild(Child child, LoadSettings settings)
    {
        _child = child;
        _output = child.ReadToEnd();
        // The last request begins at the end of the window and may take its longest, and its connection as long as an answer to close.
        // A driver with a schedule of its own may send its first request as late as the end of its ramp, and counts the warm-up from there.
        _limit = (settings.Opening + settings.Warmup + settings.Duration + settings.LongestLatency + settings.Timeout).ToTimeSpan() + Slack;
        _deadline = new Timer(_ => _child.Kill());
    }

    /// <param name="settings">What to do.</param>
    /// <param name="driver">Null for the native swarm.</param>
    /// <param name="log">Gets what it says.</param>
    public static SwarmChild Start(LoadSettings settings, DriverPlugin? driver, RepeatLog log)
    {
        string[] attempts = settings.RecordAttempts ? ["--attempts"] : [];
        return new SwarmChild(
            Child.InRole("load", ["--target", "-", .. CellSettings.ToArguments(settings), "--json", .. attempts, .. driver?.Arguments ?? []], log),
            settings);
    }

    /// <inheritdoc/>
    public void Aim(ServerReady server)
    {
        _deadline.Change(_limit, Timeout.InfiniteTimeSpan);
        _child.Tell($"{new IPEndPoint(IPAddress.Parse(server.Address), server.Port)}");
    }

    /// <summary>Names its target, and when it is to begin: what several hosts do at one instant.</summary>
    /// <param name="target">The server.</param>
    /// <param name="epochNs">CLOCK_MONOTONIC of this host.</param>
    /// <param name="laterNs">So much later its arrivals begin.</param>
    public void Aim(IPEndPoint target, long epochNs, long laterNs)
    {
        _deadline.Change(_limit, Timeout.InfiniteTimeSpan);
        _child.Tell(string.Create(CultureInfo.InvariantCulture, $"{target} {epochNs} {laterNs}"));
    }

    /// <summary>Ends it at once; from any thread.</summary>
    public void Kill() => _child.Kill();

    /// <inheritdoc/>
    public void Terminate() => _child.Terminate();

    /// <inheritdoc/>
    public LoadDocument Follow(Action<LoadSignal> onSignal)
    {
        foreach (string line in _child.Errors())
        {
            if (Signal(line) is { } signal)
            {
                onSignal(signal);
            }
            else
            {
                _child.Note(line);
            }
        }

        int exitCode = _child.WaitForExit(Slack);
        return exitCode == 0
            ? JsonSerializer.Deserialize(_output.Result, WireJson.Default.LoadDocument)!
            : throw new RepeatFailedException($"the swarm ended with exit code {exitCode} (limit {_limit.TotalSeconds:0} s): {_child.LastWord()}");
    }

    public void Dispose()
    {
        _deadline.Dispose();
        _child.Dispose();
    }

    private static LoadSignal? Signal(string line)
    {
        if (!line.StartsWith('{'))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(line, WireJson.Default.LoadSignal);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

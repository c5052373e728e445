using System.Net;
using System.Text.Json;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Running;

/// <summary>
/// The swarm, in a process of its own: its signals while it runs, its document at the end. It starts beside the server and waits for its
/// target, since both starts take a few hundred milliseconds and neither is measured.
/// </summary>
internal sealed class SwarmChild : IDisposable
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(15);

    private readonly ChildRole _role;
    private readonly RepeatLog _log;
    private readonly TimeSpan _limit;
    private readonly Task<string> _output;
    private readonly Timer _deadline;

    private SwarmChild(ChildRole role, LoadSettings settings, RepeatLog log)
    {
        _role = role;
        _log = log;
        _output = role.Output.ReadToEndAsync();
        // The last request begins at the end of the window and may take its longest, and its connection as long as an answer to close.
        // A driver with a schedule of its own may send its first request as late as the end of its ramp, and counts the warm-up from there.
        _limit = (settings.Ramp + settings.Warmup + settings.Duration + settings.LongestLatency + settings.Timeout).ToTimeSpan() + Slack;
        _deadline = new Timer(_ => _role.Kill());
    }

    /// <param name="settings">What to do.</param>
    /// <param name="driver">Null for the native swarm.</param>
    /// <param name="log">Gets what it says.</param>
    public static SwarmChild Start(LoadSettings settings, DriverPlugin? driver, RepeatLog log)
    {
        ChildRole role = ChildRole.Start(
            "load",
            [
                "--target", "-", .. CellSettings.ToArguments(settings), "--json",
                .. settings.RecordAttempts ? (string[])["--attempts"] : [], .. driver?.Arguments ?? [],
            ]);
        return new SwarmChild(role, settings, log);
    }

    /// <summary>Names its target: it begins.</summary>
    public void Aim(ServerReady server)
    {
        _deadline.Change(_limit, Timeout.InfiniteTimeSpan);
        try
        {
            _role.Input.WriteLine(new IPEndPoint(IPAddress.Parse(server.Address), server.Port));
            _role.Input.Close();
        }
        catch (IOException)
        {
            // It has ended by itself; its exit code and last line say why.
        }
    }

    /// <summary>Ends the window early.</summary>
    public void Terminate() => _role.Terminate();

    /// <summary>Calls back for every signal, on the calling thread, until the swarm has ended.</summary>
    /// <exception cref="RepeatFailedException">It did not end in time, or not with a document.</exception>
    public LoadDocument Follow(Action<LoadSignal> onSignal)
    {
        while (_role.Error.ReadLine() is { } line)
        {
            if (Signal(line) is { } signal)
            {
                onSignal(signal);
            }
            else
            {
                _log.Add("load", line);
            }
        }

        int exitCode = _role.WaitForExit(Slack);
        return exitCode == 0
            ? JsonSerializer.Deserialize(_output.Result, WireJson.Default.LoadDocument)!
            : throw new RepeatFailedException($"the swarm ended with exit code {exitCode} (limit {_limit.TotalSeconds:0} s): {_log.LastLine}");
    }

    public void Dispose()
    {
        _deadline.Dispose();
        _role.Dispose();
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

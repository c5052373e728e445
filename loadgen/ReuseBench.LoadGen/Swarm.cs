using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Recording;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen;

/// <summary>A client swarm: checks what it can before the start, then warm-up, window, drain, result.</summary>
public static class Swarm
{
    /// <summary>
    /// Runs the load from start to end on threads of its own. Afterwards nothing is in progress and every socket is closed.
    /// </summary>
    /// <param name="settings">What to do.</param>
    /// <param name="target">The server.</param>
    /// <param name="signals">Hears progress once a second, the two ends of the window as they happen, and when nothing is in progress any more.</param>
    /// <param name="stop">Ends the window early; the result is then of the window as it was.</param>
    /// <param name="start">When to begin; as soon as it can where nothing is said.</param>
    /// <exception cref="UsageException">The settings cannot be met here, the target refuses, or it is too late to begin.</exception>
    public static LoadDocument Run(LoadSettings settings, Target target, ILoadSignals signals, CancellationToken stop, SwarmStart start = default) =>
        Run(settings, target, signals, stop, out _, start: start);

    /// <param name="settings">What to do.</param>
    /// <param name="target">The server.</param>
    /// <param name="signals">Hears how it gets on.</param>
    /// <param name="stop">Ends the window early.</param>
    /// <param name="meters">What each thread used itself.</param>
    /// <param name="afterResponse">Of a test: what a client thread does after each response, such as to burn CPU.</param>
    /// <param name="start">When to begin.</param>
    internal static LoadDocument Run(
        LoadSettings settings, Target target, ILoadSignals signals, CancellationToken stop, out IReadOnlyList<ThreadMeter> meters,
        Action? afterResponse = null, SwarmStart start = default)
    {
        settings.Validate();
        SourceCatalogue sources = Check(settings, target.Address);
        PortDemand ports = new(settings, sources.Tuples, HoldSeconds(settings, target.Address));
        if (ports.WarningBefore() is { } warning)
        {
            signals.Report(new LoadSignal { Signal = LoadSignal.Warning, TimeNs = MonotonicClock.NowNs(), Text = warning });
        }

        WindowTimes times = new();
        RequestBytes request = new(settings, target.Text);
        LoadThread[] threads =
        [
            .. Enumerable.Range(0, settings.Threads)
                .Select(i => new LoadThread(settings, i, target.Address, target.OtherFamily, sources.ForThread(i), request, times, afterResponse)),
        ];
        try
        {
            using SwarmRun run = new(settings, target, threads, times, signals, start);
            WindowTimes.Times window = run.ToEnd(stop);
            signals.Report(new LoadSignal { Signal = LoadSignal.Drained, TimeNs = MonotonicClock.NowNs() });
            meters = [.. threads.Select(t => t.Meter)];
            SwarmPart[] parts = [.. threads.Select(t => new SwarmPart(t.Recorder, t.Meter, t.Cpu, t.DistinctTuples, t.MissingAtBegin))];
            return new SwarmReport(settings, target, ports, parts, window).ToDocument() with
            {
                StartedNs = threads.All(t => t.StartedNs > 0) ? threads.Max(t => t.StartedNs) : null,
            };
        }
        finally
        {
            foreach (LoadThread thread in threads)
            {
                thread.Dispose();
            }
        }
    }

    /// <summary>Holds the settings against this host, and gives the source plan's tuples.</summary>
    /// <exception cref="UsageException">The settings cannot be met here.</exception>
    internal static SourceCatalogue Check(LoadSettings settings, in SockAddr target)
    {
        HostCheck.RequireDescriptors(settings);
        HostCheck.RequireCpus(settings);
        HostCheck.RequireAddresses(settings, target);
        SourceCatalogue sources = new(settings, target, HostCheck.EphemeralPorts());
        TupleCapacity.Check(settings, sources.Tuples, sources.Ports.Count, HoldSeconds(settings, target));
        HostCheck.RequireAFreePort(sources);
        return sources;
    }

    /// <summary>How long a source tuple stays taken here after its connection.</summary>
    internal static double HoldSeconds(LoadSettings settings, in SockAddr target) =>
        TupleCapacity.HoldSeconds(settings.Close, HostCheck.TimeWaitIsReused(target.ToAddress()));
}

/// <summary>When a swarm begins, where that is not as soon as it can.</summary>
/// <param name="EpochNs">CLOCK_MONOTONIC of this host at which the warm-up begins; null for as soon as every client thread is ready.</param>
/// <param name="LaterNs">So much later an open loop's schedule begins; warm-up and window stay where they are. 0 or more.</param>
public readonly record struct SwarmStart(long? EpochNs, long LaterNs = 0);

/// <summary>What one recorder of a run brings to its document.</summary>
/// <param name="Recorder">What was recorded.</param>
/// <param name="Meter">What its thread used; unused where the recorder belongs to no thread.</param>
/// <param name="Cpu">The CPU that thread is pinned to, if any.</param>
/// <param name="DistinctTuples">Distinct source tuples; null where that is not known.</param>
/// <param name="Missing">Connections that were not up when the window began.</param>
internal sealed record SwarmPart(ThreadRecorder Recorder, ThreadMeter Meter, int? Cpu, long? DistinctTuples, int Missing = 0);

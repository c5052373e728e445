using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Selectors;

/// <summary>
/// <c>ebpf-alive</c>: by the hash, past workers that stand still. Each worker writes the time whenever it comes round its loop, and an idle one comes
/// round often enough: the program in the kernel compares these times with the clock.
/// </summary>
internal sealed class EbpfAliveSelector : IListenerSelector
{
    private HeartbeatMap? _beats;
    private EbpfSelector? _program;

    /// <inheritdoc/>
    public Pulse? PulseOf(int listener) => _beats is null ? null : new Pulse(_beats, listener);

    public void Attach(IReadOnlyList<int> listeners, CpuList cpus)
    {
        HeartbeatMap beats = HeartbeatMap.Create(listeners.Count);
        _beats = beats;

        // Until each worker says so itself.
        long now = MonotonicClock.NowNs();
        for (int listener = 0; listener < listeners.Count; listener++)
        {
            beats.Beat(listener, now);
        }

        int stalledAfterNs = (int)SelectorShares.StalledAfter.Nanoseconds;
        _program = new EbpfSelector("ebpf-alive", (sockets, _) => ReuseportPrograms.PastStalled(sockets, beats, stalledAfterNs));
        _program.Attach(listeners, cpus);
    }

    public void Dispose()
    {
        _program?.Dispose();
        _beats?.Dispose();
    }
}

/// <summary>Where one worker says that it lives; used by its thread alone.</summary>
internal sealed class Pulse(HeartbeatMap beats, int worker)
{
    /// <summary>An idle worker wakes this often to say so: several times before it would be taken for one that stands still.</summary>
    public const int IdleEveryMs = 5;

    /// <summary>A busy one says so no more often than that: the times of several workers share a cache line.</summary>
    private const long LeastNs = 1_000_000;

    private long _nextNs;

    /// <summary>At each turn of the worker's loop, before it waits.</summary>
    /// <param name="nowNs">CLOCK_MONOTONIC.</param>
    public void Beat(long nowNs)
    {
        if (nowNs >= _nextNs)
        {
            beats.Beat(worker, nowNs);
            _nextNs = nowNs + LeastNs;
        }
    }
}

using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen.Recording;

/// <summary>
/// The longest value of each slot of the window, for the phases whose percentiles are published; all memory made beforehand. One thread writes.
/// </summary>
internal sealed class PhasePeaks(Duration window)
{
    public SlotRecorder Connect { get; } = new(window.Nanoseconds);

    public SlotRecorder Request { get; } = new(window.Nanoseconds);

    /// <summary>When the window begins, CLOCK_MONOTONIC.</summary>
    public void Begin(long beginNs)
    {
        Connect.Begin(beginNs);
        Request.Begin(beginNs);
    }

    public void Add(PhasePeaks other)
    {
        Connect.Add(other.Connect);
        Request.Add(other.Request);
    }

    public IEnumerable<(string Phase, SlotPeaks Peaks)> All() => [(Phases.Connect, Connect.ToPeaks()), (Phases.Request, Request.ToPeaks())];
}

/// <summary>The slots of one phase. A value costs two compares and at times a store: its slot is looked for only when the last one is over.</summary>
internal sealed class SlotRecorder
{
    private readonly long _slotNs;
    private readonly long[] _longestNs;
    private long _beginNs = long.MaxValue;
    private long _slotEndNs = long.MaxValue;
    private int _slot;

    public SlotRecorder(long windowNs)
    {
        _slotNs = SlotPeaks.WidthNs(windowNs);

        // One more for what is complete only after the window.
        _longestNs = new long[((windowNs + _slotNs - 1) / _slotNs) + 1];
    }

    public void Begin(long beginNs)
    {
        _beginNs = beginNs;
        _slotEndNs = beginNs;
    }

    /// <param name="endNs">When the value was complete; not before the window, and not before the last one.</param>
    /// <param name="ns">The value.</param>
    public void Record(long endNs, long ns)
    {
        if (endNs >= _slotEndNs)
        {
            MoveTo(endNs);
        }

        if (ns > _longestNs[_slot])
        {
            _longestNs[_slot] = ns;
        }
    }

    public void Add(SlotRecorder other)
    {
        for (int i = 0; i < _longestNs.Length; i++)
        {
            _longestNs[i] = Math.Max(_longestNs[i], other._longestNs[i]);
        }
    }

    /// <summary>Up to the last slot that has a value.</summary>
    public SlotPeaks ToPeaks() => SlotPeaks.Of(_longestNs.AsSpan(0, _longestNs.AsSpan().LastIndexOfAnyExcept(0) + 1));

    private void MoveTo(long endNs)
    {
        _slot = (int)Math.Min((endNs - _beginNs) / _slotNs, _longestNs.Length - 1);
        _slotEndNs = _slot == _longestNs.Length - 1 ? long.MaxValue : _beginNs + ((_slot + 1) * _slotNs);
    }
}

using ReuseBench.LoadGen.Pacing;

namespace ReuseBench.LoadGen.Clients;

/// <summary>
/// The clients of a ramp, each at its time after the beginning of the warm-up. Before it only the very first one begins, whose request shows
/// that the target answers.
/// </summary>
internal sealed class RampedStart : FirstRequests
{
    private readonly SlotRamp _ramp;
    private readonly bool _hasFirst;
    private long? _epochNs;
    private long _nextDueNs;

    public RampedStart(int slots, SlotRamp ramp)
        : base(slots)
    {
        _ramp = ramp;
        _hasFirst = ramp.NumberOf(0) == 0;
        _nextDueNs = DueNs();
    }

    public override long NextDueNs => AllStarted ? long.MaxValue : _nextDueNs;

    public override bool IsReady => !_hasFirst || AnyAnswered;

    public override bool IsGrown => AllStarted;

    public override void SetEpoch(long epochNs)
    {
        _epochNs = epochNs;
        _nextDueNs = DueNs();
    }

    protected override bool MayStart(long nowNs) => nowNs >= _nextDueNs;

    protected override void OnStarted(long nowNs) => _nextDueNs = DueNs();

    private long DueNs() => _hasFirst && Started == 0 ? 0 : _epochNs + _ramp.BeginNs(Started) ?? long.MaxValue;
}

namespace ReuseBench.LoadGen.Clients;

/// <summary>
/// Brings the first connections up before the warm-up without flooding the server's accept queue: a bounded number wait for their first
/// answer, but at least one more begins each millisecond, so that a server that answers slowly does not hold up the start.
/// </summary>
internal sealed class BoundedStart(int slots) : FirstRequests(slots)
{
    /// <summary>Connections of one thread that may wait for their first answer at once: below any sensible backlog.</summary>
    public const int MostUnanswered = 64;

    private const long StepNs = 1_000_000;

    private long _lastStartNs = long.MinValue;

    public override long NextDueNs => AllStarted ? long.MaxValue : _lastStartNs + StepNs;

    public override bool IsReady => AllStarted && AnyAnswered;

    /// <summary>Nothing is left to grow in the warm-up.</summary>
    public override bool IsGrown => true;

    public override void SetEpoch(long epochNs)
    {
        // What begins before the warm-up does not wait for it.
    }

    protected override bool MayStart(long nowNs) => Unanswered < MostUnanswered || nowNs >= NextDueNs;

    protected override void OnStarted(long nowNs) => _lastStartNs = nowNs;
}

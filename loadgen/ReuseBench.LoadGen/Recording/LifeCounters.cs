using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen.Recording;

/// <summary>What one thread did in its whole life. Its own thread writes; others may read single counts, which are whole words.</summary>
internal sealed class LifeCounters
{
    public long ConnectsStarted;
    public long ConnectionsOpened;
    public long FailedConnects;
    public long RequestsSent;
    public long Answers;
    public long FailedRequests;
    public long HttpErrors;
    public long ReusedClosed;
    public long Scheduled;
    public long NeverStarted;

    /// <summary>Everything that counts as an error in a progress line.</summary>
    public long Errors =>
        Volatile.Read(ref FailedConnects) + Volatile.Read(ref FailedRequests) + Volatile.Read(ref HttpErrors) + Volatile.Read(ref NeverStarted);

    public void Add(LifeCounters other)
    {
        ConnectsStarted += other.ConnectsStarted;
        ConnectionsOpened += other.ConnectionsOpened;
        FailedConnects += other.FailedConnects;
        RequestsSent += other.RequestsSent;
        Answers += other.Answers;
        FailedRequests += other.FailedRequests;
        HttpErrors += other.HttpErrors;
        ReusedClosed += other.ReusedClosed;
        Scheduled += other.Scheduled;
        NeverStarted += other.NeverStarted;
    }

    /// <param name="openLoop">Whether there was a schedule.</param>
    /// <param name="distinctTuples">Null where that was not tracked.</param>
    public LifeCounts ToDocument(bool openLoop, long? distinctTuples) => new()
    {
        ConnectsStarted = ConnectsStarted,
        ConnectionsOpened = ConnectionsOpened,
        FailedConnects = FailedConnects,
        RequestsSent = RequestsSent,
        Answers = Answers,
        FailedRequests = FailedRequests,
        ReusedClosed = ReusedClosed,
        Scheduled = openLoop ? Scheduled : null,
        NeverStarted = openLoop ? NeverStarted : null,
        DistinctTuples = distinctTuples,
    };
}

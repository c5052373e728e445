using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen.Recording;

/// <summary>What one thread did in its whole life. Its own thread writes; others may read single counts, which are whole words.</summary>
internal sealed class LifeCounters
{
    public long ConnectsStarted;
    public long ConnectionsOpened;

    /// <summary>Where the clients are of both families.</summary>
    public long ConnectionsOpenedIpv6;
    public long FailedConnects;
    public long RequestsSent;
    public long Answers;
    public long BytesReceived;
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
        ConnectionsOpenedIpv6 += other.ConnectionsOpenedIpv6;
        FailedConnects += other.FailedConnects;
        RequestsSent += other.RequestsSent;
        Answers += other.Answers;
        BytesReceived += other.BytesReceived;
        FailedRequests += other.FailedRequests;
        HttpErrors += other.HttpErrors;
        ReusedClosed += other.ReusedClosed;
        Scheduled += other.Scheduled;
        NeverStarted += other.NeverStarted;
    }

    /// <param name="openLoop">Whether there was a schedule.</param>
    /// <param name="distinctTuples">Null where that was not tracked.</param>
    /// <param name="bothFamilies">Whether its clients were of both families.</param>
    public LifeCounts ToDocument(bool openLoop, long? distinctTuples, bool bothFamilies = false) => new()
    {
        ConnectsStarted = ConnectsStarted,
        ConnectionsOpened = ConnectionsOpened,
        ConnectionsOpenedIpv6 = bothFamilies ? ConnectionsOpenedIpv6 : null,
        FailedConnects = FailedConnects,
        RequestsSent = RequestsSent,
        Answers = Answers,
        BytesReceived = BytesReceived == 0 && Answers > 0 ? null : BytesReceived,
        FailedRequests = FailedRequests,
        ReusedClosed = ReusedClosed,
        Scheduled = openLoop ? Scheduled : null,
        NeverStarted = openLoop ? NeverStarted : null,
        DistinctTuples = distinctTuples,
    };
}

/// <summary>What one thread counted within the measured window.</summary>
internal sealed class WindowCounts
{
    public long Ok;
    public long HttpErrors;
    public long ConnectionsOpened;

    /// <summary>
    /// Open loop: requests whose intended time lay in the window, and of these: without a connection for over 1 ms, started or dropped over 1 ms
    /// after they had one.
    /// </summary>
    public long Scheduled;
    public long Waited;
    public long Late;

    /// <summary>Open loop: values of the read lag that the kernel's stamps make exact.</summary>
    public long ReadLagsExact;

    /// <summary>Requests that came to an end within the window, by an answer or an error, whenever they were due.</summary>
    public long Ended;

    /// <summary>Requests that began within the window (intended start), whenever they came to an end.</summary>
    public long Begun;

    /// <summary>Requests that found their connection closed by the server, and were carried out on a new one.</summary>
    public long ReusedClosed;

    /// <summary>Calls of connect(2) that took long themselves.</summary>
    public long SlowConnects;

    /// <summary>Open loop: requests given up within the window for want of a connection, never started.</summary>
    public long Dropped;

    private readonly long[] _failures = new long[Enum.GetValues<FailureClass>().Length];

    public long this[FailureClass failure] => _failures[(int)failure];

    public void CountFailure(int code) => _failures[(int)FailureCode.ClassOf(code)]++;

    public void Add(WindowCounts other)
    {
        Ok += other.Ok;
        HttpErrors += other.HttpErrors;
        ConnectionsOpened += other.ConnectionsOpened;
        Scheduled += other.Scheduled;
        Waited += other.Waited;
        Late += other.Late;
        ReadLagsExact += other.ReadLagsExact;
        Ended += other.Ended;
        Begun += other.Begun;
        ReusedClosed += other.ReusedClosed;
        SlowConnects += other.SlowConnects;
        Dropped += other.Dropped;
        for (int i = 0; i < _failures.Length; i++)
        {
            _failures[i] += other._failures[i];
        }
    }
}

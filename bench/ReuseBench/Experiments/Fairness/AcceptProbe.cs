using ReuseBench.Bench.Experiments.AcceptOnly;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Units;
using ReuseBench.Linux;
using ReuseBench.LoadGen;
using ReuseBench.Servers.Listening;

namespace ReuseBench.Bench.Experiments.Fairness;

/// <summary>
/// Counts who gets the connections in the cheapest honest way: the kernel makes the whole handshake and picks the listener, the client
/// resets at once, and accept4(2) still hands out the connection with its address. Round by round: at most <c>batch</c> connects, then
/// every listener is emptied, so that no queue can overflow.
/// </summary>
internal sealed class AcceptProbe(ReuseportListeners listeners, SourceWalk sources, int batch)
{
    private const long NsPerSecond = 1_000_000_000;

    private readonly AcceptProbeClient _client = new(sources, listeners.Address);
    private readonly TupleRecord _record = new(listeners.Count);

    /// <exception cref="RepeatFailedException">Connections were opened that no listener got.</exception>
    public AcceptProbeCounts Run(Duration duration, CancellationToken cancel)
    {
        using StayOnCpu stay = StayOnCpu.Begin();
        long begin = MonotonicClock.NowNs();
        long end = begin + duration.Nanoseconds;
        long opened = 0;
        long now = begin;
        while (now < end && !cancel.IsCancellationRequested)
        {
            int outstanding = OpenBatch();
            opened += outstanding;
            Empty(outstanding);
            now = MonotonicClock.NowNs();
        }

        return new AcceptProbeCounts(opened, _client.AddressErrors, (now - begin) / (double)NsPerSecond, _record);
    }

    private int OpenBatch()
    {
        int opened = 0;
        for (int i = 0; i < batch; i++)
        {
            int fd = _client.Open();
            if (fd >= 0)
            {
                try
                {
                    _client.WaitUntilOpen(fd);
                }
                finally
                {
                    AcceptProbeClient.Reset(fd);
                }

                opened++;
            }
        }

        return opened;
    }

    private void Empty(int outstanding)
    {
        long giveUp = MonotonicClock.NowNs() + AcceptProbeClient.PatienceNs;
        while (outstanding > 0)
        {
            for (int listener = 0; listener < listeners.Count; listener++)
            {
                outstanding -= Accept(listener);
            }

            if (outstanding > 0 && MonotonicClock.NowNs() > giveUp)
            {
                throw new RepeatFailedException(
                    $"{outstanding} connections were opened that no listener got within {AcceptProbeClient.PatienceNs / NsPerSecond} s");
            }
        }
    }

    private int Accept(int listener)
    {
        int accepted = 0;
        int fd;
        while ((fd = SocketCalls.Accept4(listeners.Fd(listener), out SockAddr client)) >= 0)
        {
            _record.Add(client, listener);
            _ = SocketCalls.Close(fd);
            accepted++;
        }

        return accepted;
    }
}

/// <summary>What an accept-only probe counted.</summary>
/// <param name="Opened">Connections that the client opened.</param>
/// <param name="AddressErrors">Tuples that were not free.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="Record">What the listeners got.</param>
internal sealed record AcceptProbeCounts(long Opened, long AddressErrors, double Seconds, TupleRecord Record)
{
    public long Accepted => Record.Connections.Sum();
}

/// <summary>Which listener got which client, as the listeners saw it.</summary>
internal sealed class TupleRecord(int listeners)
{
    private const int RoomAtFirst = 100_000;

    private readonly Dictionary<SockAddr, int> _listenerOf = new(RoomAtFirst);
    private readonly long[] _connections = new long[listeners];
    private readonly long[] _tuples = new long[listeners];

    /// <summary>By listener.</summary>
    public IReadOnlyList<long> Connections => _connections;

    /// <summary>Distinct tuples by the listener that got them first.</summary>
    public IReadOnlyList<long> Tuples => _tuples;

    /// <summary>Connections that met another listener than their tuple did at first.</summary>
    public long Moved { get; private set; }

    public void Add(in SockAddr client, int listener)
    {
        _connections[listener]++;
        if (_listenerOf.TryAdd(client, listener))
        {
            _tuples[listener]++;
        }
        else if (_listenerOf[client] != listener)
        {
            Moved++;
        }
    }
}

using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.LoadGen.Clients;

/// <summary>
/// The connections of one thread: a table of slots, each a state machine (<see cref="ConnectionState"/>) that is driven by events of epoll
/// and by deadlines. An event is a hint; only what the next system call says counts.
/// </summary>
internal sealed partial class ConnectionEngine
{
    private const int BufferBytes = 64 * 1024;
    private const int GenerationShift = 32;
    private const EpollEvents HangUp = EpollEvents.RdHup | EpollEvents.Hup | EpollEvents.Err;
    private const EpollEvents Readable = EpollEvents.In | HangUp;

    // Edge-triggered: level-triggered epoll polls each reported socket a second time, at the next wait, to find that it is quiet again.
    private const EpollEvents Watched = EpollEvents.In | EpollEvents.RdHup | EpollEvents.EdgeTriggered;

    /// <summary>Deadlines of one kind that expire in one turn: sockets are read in between.</summary>
    private const int ExpiriesPerTurn = 256;

    private readonly Connection[] _slots;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly Epoll _epoll;
    private readonly ClientSockets _sockets;
    private readonly RequestBytes _request;
    private readonly ThreadRecorder _recorder;
    private readonly ResponseReading _reading;
    private readonly DeadlineQueue _connects;
    private readonly DeadlineQueue _answers;
    private readonly DeadlineQueue _closes;
    private readonly int _requestsPerConnection;
    private readonly ConnectionClose _close;
    private readonly long _timeoutNs;
    private readonly long _connectTimeoutNs;
    private readonly bool _isIdempotent;
    private readonly ArrivalClock? _arrivals;
    private readonly Action? _afterResponse;
    private bool _watchesForWriting;
    private long _stampNs;

    /// <param name="settings">Of the swarm.</param>
    /// <param name="slots">Connections of this thread.</param>
    /// <param name="epoll">Of this thread.</param>
    /// <param name="sockets">Likewise.</param>
    /// <param name="request">What is sent.</param>
    /// <param name="recorder">Of this thread.</param>
    /// <param name="loop">Makes what starts the requests.</param>
    /// <param name="arrivals">Open loop: tells how long responses waited to be read.</param>
    /// <param name="afterResponse">Of a test: burns CPU after each response, as a slow client would.</param>
    public ConnectionEngine(
        LoadSettings settings,
        int slots,
        Epoll epoll,
        ClientSockets sockets,
        RequestBytes request,
        ThreadRecorder recorder,
        Func<ConnectionEngine, SlotLoop> loop,
        ArrivalClock? arrivals = null,
        Action? afterResponse = null)
    {
        _arrivals = arrivals;
        _afterResponse = afterResponse;
        _slots = new Connection[slots];
        _slots.AsSpan().Fill(new Connection { Fd = Connection.NoSocket });
        _epoll = epoll;
        _sockets = sockets;
        _request = request;
        _recorder = recorder;
        _reading = new ResponseReading(settings.WorkerHeader, recorder.Workers);
        _connects = new DeadlineQueue(slots);
        _answers = new DeadlineQueue(slots);
        _closes = new DeadlineQueue(slots);
        _requestsPerConnection = settings.Workload.RequestsPerConnection;
        _close = settings.Close;
        _timeoutNs = settings.Timeout.Nanoseconds;
        _connectTimeoutNs = settings.ConnectTimeout.Nanoseconds;
        _isIdempotent = settings.RequestBytes == 0;
        Loop = loop(this);
    }

    /// <summary>Who is told when a slot comes free.</summary>
    public SlotLoop Loop { get; }

    public int Slots => _slots.Length;

    /// <summary>Slots with something in progress.</summary>
    public int Active { get; private set; }

    /// <summary>The last reading of the clock.</summary>
    public long NowNs { get; private set; }

    /// <summary>While a response frees its slot: how long that response had waited to be read; otherwise 0.</summary>
    public long ReadLagNs { get; private set; }

    /// <summary>Open loop: how much of a wait since then was no more than the waking of an idle thread.</summary>
    public long WakeUpOf(long sinceNs) => _arrivals?.WakeUpOf(sinceNs) ?? 0;

    /// <summary>Failure of the last connect; 0 before any.</summary>
    public int LastConnectFailure { get; private set; }

    public long NextDeadlineNs => Math.Min(_answers.NextDueNs, Math.Min(_connects.NextDueNs, _closes.NextDueNs));

    /// <summary>Opens a connection and sends a request on it.</summary>
    /// <param name="slot">A vacant slot.</param>
    /// <param name="intendedNs">When the request was due.</param>
    /// <param name="nowNs">Now: where its latency from the actual start counts from.</param>
    /// <param name="lag">How much later that is than it could be.</param>
    public void Open(int slot, long intendedNs, long nowNs, StartLag lag = default)
    {
        ref Connection connection = ref _slots[slot];
        Begin(ref connection, intendedNs, nowNs, lag);
        OpenFor(slot, ref connection);
    }

    /// <summary>Sends a request on a persistent connection.</summary>
    /// <param name="slot">A standing slot.</param>
    /// <param name="intendedNs">When the request was due.</param>
    /// <param name="nowNs">Now.</param>
    /// <param name="lag">How much later that is than it could be.</param>
    public void Request(int slot, long intendedNs, long nowNs, StartLag lag = default)
    {
        ref Connection connection = ref _slots[slot];
        Begin(ref connection, intendedNs, nowNs, lag);
        SentFirst(slot, ref connection, SocketCalls.Send(connection.Fd, RequestFor(connection)), nowNs);
    }

    /// <summary>
    /// Takes an end of a connection that nothing is in progress on, ahead of the other events of its batch: nothing must be sent on it any more.
    /// </summary>
    /// <param name="data">As registered.</param>
    /// <param name="events">What epoll reported.</param>
    /// <returns>Whether that is all there is to this event.</returns>
    public bool TakeIdleEnd(ulong data, EpollEvents events)
    {
        if ((events & HangUp) == 0)
        {
            return false;
        }

        int slot = (int)(uint)data;
        ref Connection connection = ref _slots[slot];
        if (connection.Generation != (uint)(data >> GenerationShift) || connection.State != ConnectionState.Standing)
        {
            return false;
        }

        ReceiveOnStanding(slot, ref connection);
        return true;
    }

    /// <param name="data">As registered: slot and generation.</param>
    /// <param name="events">What epoll reported.</param>
    public void OnEvent(ulong data, EpollEvents events)
    {
        int slot = (int)(uint)data;
        ref Connection connection = ref _slots[slot];
        if (connection.Generation != (uint)(data >> GenerationShift))
        {
            return;
        }

        switch (connection.State)
        {
            case ConnectionState.Awaiting:
                if ((events & Readable) != 0)
                {
                    Receive(slot, ref connection, events);
                }

                break;
            case ConnectionState.Connecting:
                // A server that speaks or ends at once may have done so already, and what epoll has reported it does not report again.
                if (Establish(slot, ref connection, ReadClock()) && (events & Readable) != 0)
                {
                    Receive(slot, ref connection, events);
                }

                break;
            case ConnectionState.Sending:
                OnEventWhileSending(slot, ref connection, events);
                break;
            case ConnectionState.Standing:
                ReceiveOnStanding(slot, ref connection);
                break;
            case ConnectionState.ServerClosing:
                ReceiveEnd(slot, ref connection);
                break;
            default:
                // A socket that waits to be used again reports that it is not connected.
                break;
        }
    }

    /// <summary>Fails what is overdue; what is left of it next time.</summary>
    /// <param name="lookedNs">All that had come to the sockets by then is handled: what lies there in time does not expire.</param>
    /// <param name="nowNs">Now.</param>
    public void ExpireDeadlines(long lookedNs, long nowNs)
    {
        NowNs = nowNs;
        for (int i = 0; i < ExpiriesPerTurn && _connects.TryExpire(lookedNs, out int slot); i++)
        {
            FailConnect(slot, ref _slots[slot], FailureCode.Timeout);
        }

        for (int i = 0; i < ExpiriesPerTurn && _answers.TryExpire(lookedNs, out int slot); i++)
        {
            FailRequest(slot, ref _slots[slot], FailureCode.Timeout);
        }

        for (int i = 0; i < ExpiriesPerTurn && _closes.TryExpire(lookedNs, out int slot); i++)
        {
            FailClose(slot, ref _slots[slot], FailureCode.Timeout);
        }
    }

    /// <summary>
    /// Ends a connection that has nothing in progress, as the settings say: the server cannot be asked any more, so its part is ours.
    /// </summary>
    public void CloseStanding(int slot)
    {
        ref Connection connection = ref _slots[slot];
        if (connection.State == ConnectionState.Standing)
        {
            EndByClient(ref connection);
        }
    }

    /// <summary>Closes every socket. Persistent connections end as <see cref="CloseStanding"/> ends them.</summary>
    public void CloseAll()
    {
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            CloseStanding(slot);
            ClientSockets.Close(ref _slots[slot]);
        }
    }

    private void Begin(ref Connection connection, long intendedNs, long nowNs, StartLag lag)
    {
        connection.Lag = lag;
        Active++;
        connection.IntendedNs = intendedNs;
        connection.StartNs = nowNs;
        connection.ConnectNs = nowNs;
        connection.Reopened = false;
        connection.Sent = 0;
        connection.Parser.Reset(_reading);
    }

    /// <returns>Whether its request is in progress.</returns>
    private bool OpenFor(int slot, ref Connection connection)
    {
        connection.State = ConnectionState.Connecting;
        connection.WorkerKnown = false;
        connection.Answered = 0;
        _recorder.ConnectStarted();
        int result = Connect(slot, ref connection);
        long returnedNs = ReadClock();
        _recorder.ConnectReturned(connection.ConnectNs, returnedNs);
        if (result is < 0 and not -ErrnoCode.EINPROGRESS)
        {
            FailConnect(slot, ref connection, -result);
            return false;
        }

        return Establish(slot, ref connection, returnedNs);
    }

    /// <summary>
    /// Whether the server had closed a persistent connection before this request could come to it: a race that no client can avoid, and not a
    /// request that the server took and lost. Known where the send itself failed, and where the FIN does not acknowledge the request. An end
    /// that came as a RST after the request was sent is counted as lost: a server that closes with the request unread sends it, too.
    /// </summary>
    private bool WasClosedBefore(in Connection connection, int code)
    {
        if (connection.Answered == 0 || connection.Parser.HasBegun)
        {
            return false;
        }

        return connection.Sent == 0
            ? code is ErrnoCode.ECONNRESET or ErrnoCode.EPIPE
            : _isIdempotent && code == FailureCode.Closed && SocketCalls.PeerHasAll(connection.Fd) == false;
    }

    /// <summary>Carries the request out on a new connection, once: there is no answer before it there.</summary>
    private bool OpenAgain(int slot, ref Connection connection)
    {
        _answers.Disarm(slot);
        _recorder.FoundClosed(NowNs);
        EndByReset(ref connection);
        connection.ConnectNs = NowNs;
        connection.Reopened = true;
        connection.Sent = 0;
        return OpenFor(slot, ref connection);
    }

    private int Connect(int slot, ref Connection connection)
    {
        if (connection.Fd == Connection.NoSocket)
        {
            int result = _sockets.Create(slot, ref connection);
            if (result < 0)
            {
                return result;
            }

            // The latency of a connect counts from connect(2), not from the calls that prepare it.
            connection.ConnectNs = ReadClock();
        }

        return _sockets.Connect(connection);
    }

    private byte[] RequestFor(in Connection connection) =>
        _request.Of(_close == ConnectionClose.Server && connection.Answered + 1 == _requestsPerConnection);

    /// <summary>Sends at once after the connect: where the kernel takes the bytes the connection is established. On loopback it always is.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="connection">Its connection.</param>
    /// <param name="nowNs">When connect(2) returned, or epoll reported.</param>
    /// <returns>Whether its request is in progress.</returns>
    private bool Establish(int slot, ref Connection connection, long nowNs)
    {
        int sent = SocketCalls.Send(connection.Fd, RequestFor(connection));
        switch (sent)
        {
            case -ErrnoCode.EAGAIN or -ErrnoCode.ENOTCONN:
                AwaitConnect(slot, ref connection, nowNs);
                return false;
            case < 0 and not -ErrnoCode.ECONNRESET and not -ErrnoCode.EPIPE:
                FailConnect(slot, ref connection, -sent);
                return false;
            default:
                _connects.Disarm(slot);
                _recorder.ConnectionOpened(connection.ConnectNs, nowNs);
                _recorder.Life.ConnectionsOpenedIpv6 += connection.IsOverOtherFamily ? 1 : 0;
                return SentFirst(slot, ref connection, sent, nowNs);
        }
    }

    private void AwaitConnect(int slot, ref Connection connection, long nowNs)
    {
        if (!_connects.IsArmed(slot))
        {
            _connects.Arm(slot, nowNs + _connectTimeoutNs);
        }

        // Once connects are seen to take time, later sockets are registered for it from the start.
        _watchesForWriting = true;
        Watch(slot, ref connection, forWriting: true);
    }

    /// <param name="slot">The slot.</param>
    /// <param name="connection">Its connection, established.</param>
    /// <param name="sent">Result of the first send of the request.</param>
    /// <param name="nowNs">Just before that send.</param>
    /// <returns>Whether it is in progress.</returns>
    private bool SentFirst(int slot, ref Connection connection, int sent, long nowNs)
    {
        _recorder.RequestSent();
        connection.SendNs = nowNs;
        connection.State = ConnectionState.Sending;

        // From the send, in an open loop too: counted from the intended time, in an overload a request that waited long for its connection
        // would be given up with the server at work on it, and the server would work for nobody.
        _answers.Arm(slot, nowNs + _timeoutNs);
        return SentMore(slot, ref connection, sent);
    }

    private bool SentMore(int slot, ref Connection connection, int sent)
    {
        if (sent is < 0 and not -ErrnoCode.EAGAIN)
        {
            ReadClock();
            if (WasClosedBefore(connection, -sent))
            {
                OpenAgain(slot, ref connection);
            }
            else
            {
                FailRequest(slot, ref connection, -sent);
            }

            return false;
        }

        connection.Sent += Math.Max(0, sent);
        bool whole = connection.Sent == RequestFor(connection).Length;
        connection.State = whole ? ConnectionState.Awaiting : ConnectionState.Sending;
        Watch(slot, ref connection, forWriting: !whole);
        return true;
    }

    private void OnEventWhileSending(int slot, ref Connection connection, EpollEvents events)
    {
        bool isInProgress = (events & EpollEvents.Out) == 0
            || SentMore(slot, ref connection, SocketCalls.Send(connection.Fd, RequestFor(connection).AsSpan(connection.Sent)));

        // A server may answer before it has read the whole request, to refuse it.
        if (isInProgress && (events & Readable) != 0)
        {
            Receive(slot, ref connection, events);
        }
    }

    private void EndByClient(ref Connection connection)
    {
        if (_close == ConnectionClose.Rst)
        {
            EndByReset(ref connection);
            return;
        }

        ClientSockets.Close(ref connection);
        connection.State = ConnectionState.Vacant;
    }

    private void EndByReset(ref Connection connection)
    {
        _sockets.Reset(ref connection);
        connection.State = ConnectionState.Vacant;
    }

    private void Freed(int slot, SlotEnd end)
    {
        Active--;
        Loop.Freed(slot, end, NowNs);
    }

    private void Watch(int slot, ref Connection connection, bool forWriting)
    {
        if (connection.Registered && (!forWriting || connection.RegisteredForWriting))
        {
            return;
        }

        // Only after the connect: an unconnected socket would report a hang-up at once.
        forWriting |= _watchesForWriting;
        ulong data = (uint)slot | ((ulong)connection.Generation << GenerationShift);
        EpollEvents events = forWriting ? Watched | EpollEvents.Out : Watched;
        int result = connection.Registered ? _epoll.Modify(connection.Fd, events, data) : _epoll.Add(connection.Fd, events, data);
        LinuxException.ThrowIfError(result, "epoll_ctl", "a connection");
        connection.Registered = true;
        connection.RegisteredForWriting = forWriting;
    }

    private long ReadClock() => NowNs = MonotonicClock.NowNs();
}

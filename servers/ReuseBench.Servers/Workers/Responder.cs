using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.Servers.Counters;
using ReuseBench.Servers.Http;

namespace ReuseBench.Servers.Workers;

/// <summary>
/// Serves the connections of one worker: each step takes a connection as far as it goes without waiting. A connection is watched by
/// epoll only once it has to wait: where request and close are there already, it never enters the set.
/// </summary>
internal sealed class Responder
{
    private const int ReceiveBytes = 16 * 1024;

    // Receives in a row: a client that sends without end gets its turn, and no more.
    private const int ReceivesPerTurn = 8;
    private const int PreparedConnections = 1024;

    // What a turn may take beyond its first request and receive: with hundreds of clients that pipeline, or send what is slow to read, the others
    // wait some ten milliseconds. The clock is read only by such turns, so it costs nothing where each request is waited for.
    private const long TurnNs = 200_000;
    private const long NotTimed = 0;

    // A client that is still sending when it is refused has this long, and this much, to come to the answer.
    public const long LingerNs = 2_000_000_000;
    private const int LingerBytes = 16 * 1024 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(ReceiveBytes, pinned: true);
    private readonly ConnectionTable _table = new(PreparedConnections);
    private readonly LingerQueue _lingering = new();
    private readonly Epoll _epoll;
    private readonly WorkerTally _tally;
    private readonly Milestones _milestones;
    private readonly ResponseTemplate _answers;
    private readonly ServiceBurn _service;
    private readonly bool _closesAlways;
    private readonly bool _countsFamilies;
    private bool _draining;
    private long _turnEndsNs;

    public Responder(Epoll epoll, WorkerTally tally, Milestones milestones, ResponseTemplate answers, ServiceBurn service, ServerClose close,
        bool countsFamilies)
    {
        _epoll = epoll;
        _tally = tally;
        _milestones = milestones;
        _answers = answers;
        _service = service;
        _closesAlways = close == ServerClose.Server;
        _countsFamilies = countsFamilies;
    }

    /// <summary>Connections that are open.</summary>
    public int Open => _table.Count;

    /// <summary>A connection had more to do than one turn may take; stays so until it is set back.</summary>
    public bool HasCutTurn { get; set; }

    /// <summary>Takes over a socket that was just accepted. Its request is often there already, so the first receive is tried at once.</summary>
    public void Admit(int fd)
    {
        Connection connection = _table.Open(fd);
        CountAccepted(fd);
        _turnEndsNs = NotTimed;
        int received = SocketCalls.Receive(fd, _buffer);
        CountReset(received);
        Received(connection, received);
        if (connection.State == ConnectionState.Receiving && !connection.IsWatched)
        {
            Watch(connection, EpollEvents.In);
        }
    }

    /// <summary>Counts a socket that was just accepted, and resets it.</summary>
    public void TurnAway(int fd)
    {
        CountAccepted(fd);
        CountReset(SocketCalls.Receive(fd, _buffer));
        // A FIN instead would leave TIME_WAIT on the port, and the next server without SO_REUSEADDR could not bind it.
        _ = SocketCalls.SetLinger(fd, on: true, seconds: 0);
        SocketCalls.Close(fd);
        _tally.Closed++;
    }

    /// <summary>Steps the connection that an event is about.</summary>
    public void Handle(ulong eventData, EpollEvents events)
    {
        if (_table.Find(eventData) is not { } connection)
        {
            return;
        }

        if ((events & (EpollEvents.Err | EpollEvents.Hup)) != 0)
        {
            Close(connection);
            return;
        }

        _turnEndsNs = NotTimed;
        switch (connection.State)
        {
            case ConnectionState.Receiving:
                ReceiveAll(connection, untilEnd: (events & EpollEvents.RdHup) != 0);
                break;
            case ConnectionState.Answering:
                ContinueAnswer(connection);
                break;
            case ConnectionState.Paused:
                connection.State = ConnectionState.Receiving;
                Resume(connection);
                break;
            case ConnectionState.Lingering:
                ReceiveAll(connection, untilEnd: (events & EpollEvents.RdHup) != 0);
                break;
        }
    }

    /// <summary>Closes those whose time to close by themselves is up.</summary>
    public void ExpireLingering(long nowNs)
    {
        while (_lingering.TryExpire(nowNs, out ulong eventData))
        {
            if (_table.Find(eventData) is { } connection)
            {
                Close(connection);
            }
        }
    }

    /// <summary>
    /// From here on each answer is the last of its connection. Those that have nothing in progress are closed: what they sent so far is
    /// answered first. Those that have, or have not come to their first request, stay until it is answered.
    /// </summary>
    public void BeginDrain()
    {
        _draining = true;
        for (int slot = 0; slot < _table.Slots; slot++)
        {
            Connection connection = _table.At(slot);
            if (connection.State == ConnectionState.Receiving)
            {
                ServeWhatIsThere(connection);
                if (connection.State == ConnectionState.Receiving && !IsAwaited(connection))
                {
                    Close(connection);
                }
            }
        }
    }

    /// <summary>
    /// Closes every connection; a request that is there already is answered first, where one send(2) takes it. With nothing unread
    /// the close sends FIN, and this side will hold the TIME_WAIT.
    /// </summary>
    /// <returns>How many were closed, and how many of them before the answer that their client waits for.</returns>
    public (int Closed, int Unanswered) CloseAll()
    {
        int before = _table.Count;
        int unanswered = 0;
        _draining = true;
        for (int slot = 0; slot < _table.Slots; slot++)
        {
            Connection connection = _table.At(slot);
            if (connection.State == ConnectionState.Paused)
            {
                connection.State = ConnectionState.Receiving;
                Consume(connection, connection.Unparsed.Bytes);
            }
            else if (connection.State == ConnectionState.Receiving)
            {
                ServeWhatIsThere(connection);
            }

            if (connection.State != ConnectionState.Free)
            {
                unanswered += IsAwaited(connection) ? 1 : 0;
                Close(connection);
            }
        }

        _draining = false;
        return (before, unanswered);
    }

    /// <summary>Where a listener takes both families, with that of the connection: one system call more for each accept.</summary>
    private void CountAccepted(int fd)
    {
        _tally.Accepted++;
        if (_countsFamilies && SocketCalls.GetSockName(fd, out SockAddr local) >= 0 && !local.IsIPv4)
        {
            _tally.AcceptedIpv6++;
        }
    }

    /// <param name="received">What the first receive gave. EPIPE: the client had closed in order before it reset.</param>
    private void CountReset(int received)
    {
        if (received is -ErrnoCode.ECONNRESET or -ErrnoCode.EPIPE)
        {
            _tally.AcceptedReset++;
        }
    }

    /// <summary>It has an answer to come: to its first request, to one that has begun, or the rest of one.</summary>
    private static bool IsAwaited(Connection connection) =>
        connection.State != ConnectionState.Lingering
        && (!connection.HasAnswered || connection.Parser.IsMidRequest || connection.State != ConnectionState.Receiving);

    private void ServeWhatIsThere(Connection connection)
    {
        _turnEndsNs = NotTimed;
        int received = SocketCalls.Receive(connection.Fd, _buffer);
        if (received > 0)
        {
            Consume(connection, _buffer.AsSpan(0, received));
        }
    }

    /// <summary>
    /// Takes what there is, as the edge will not be reported again. Fewer bytes than asked for mean that there was no more, and what comes
    /// after that is an edge of its own; only an end of input that came together with them has to be fetched.
    /// </summary>
    private void ReceiveAll(Connection connection, bool untilEnd)
    {
        ConnectionState state = connection.State;
        for (int receive = 0; receive < ReceivesPerTurn; receive++)
        {
            int received = SocketCalls.Receive(connection.Fd, _buffer);
            if (state == ConnectionState.Lingering)
            {
                ReadOver(connection, received);
            }
            else
            {
                Received(connection, received);
            }

            if (connection.State != state || received == -ErrnoCode.EAGAIN || (received < ReceiveBytes && !untilEnd))
            {
                return;
            }

            if (IsTurnOver())
            {
                break;
            }
        }

        // Registering again reports what is left, behind the others that wait.
        Watch(connection, EpollEvents.In);
    }

    private void Received(Connection connection, int received)
    {
        if (received > 0)
        {
            Consume(connection, _buffer.AsSpan(0, received));
        }
        else if (received != -ErrnoCode.EAGAIN)
        {
            // 0 is the client's FIN; all that it had asked for is answered.
            Close(connection);
        }
    }

    private void Consume(Connection connection, ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty && connection.State == ConnectionState.Receiving)
        {
            ParseOutcome outcome = connection.Parser.Advance(input, out int consumed);
            input = input[consumed..];
            switch (outcome)
            {
                case ParseOutcome.Request:
                    AnswerRequest(connection, input);
                    PauseIfTurnIsOver(connection, input);
                    break;
                case ParseOutcome.Refused:
                    Refuse(connection);
                    break;
                case ParseOutcome.NeedMoreAfterContinue:
                    // 25 bytes into an empty send buffer; should they not fit, the client sends its body a little later by itself.
                    SocketCalls.Send(connection.Fd, ResponseTemplate.Continue);
                    break;
            }
        }
    }

    /// <summary>Behind the others that have something to do, the rest of a long pipeline goes on.</summary>
    private void PauseIfTurnIsOver(Connection connection, ReadOnlySpan<byte> following)
    {
        if (!following.IsEmpty && connection.State == ConnectionState.Receiving && IsTurnOver())
        {
            connection.Unparsed.Keep(following);
            connection.State = ConnectionState.Paused;
            Watch(connection, EpollEvents.Out);
        }
    }

    private bool IsTurnOver()
    {
        long now = MonotonicClock.NowNs();
        if (_turnEndsNs == NotTimed)
        {
            _turnEndsNs = now + TurnNs;
        }

        HasCutTurn |= now >= _turnEndsNs;
        return now >= _turnEndsNs;
    }

    private void AnswerRequest(Connection connection, ReadOnlySpan<byte> following)
    {
        _service.Request();
        ref RequestParser parser = ref connection.Parser;
        bool keepAlive = parser.KeepAlive && !_closesAlways && !_draining;
        Answer answer = keepAlive ? _answers.KeepAlive(parser.IsHttp10) : _answers.Close();
        StartAnswer(connection, following, new OutgoingAnswer
        {
            Answer = answer,
            Length = parser.IsHead ? answer.HeadBytes : answer.Length,
            Then = keepAlive ? AfterAnswer.KeepAlive : following.IsEmpty ? AfterAnswer.Close : AfterAnswer.Linger,
        });
    }

    private void Refuse(Connection connection)
    {
        _tally.BadRequests++;
        Answer answer = _answers.Refused(connection.Parser.Refusal);
        StartAnswer(connection, default, new OutgoingAnswer { Answer = answer, Length = answer.Length, Then = AfterAnswer.Linger });
    }

    private void StartAnswer(Connection connection, ReadOnlySpan<byte> following, OutgoingAnswer outgoing)
    {
        connection.Outgoing = outgoing;
        int result = SendOn(ref connection.Outgoing, connection.Fd);
        if (result > 0)
        {
            Answered(connection);
        }
        else if (result == -ErrnoCode.EAGAIN)
        {
            connection.Unparsed.Keep(following);
            connection.State = ConnectionState.Answering;
            Watch(connection, EpollEvents.Out);
        }
        else
        {
            Close(connection);
        }
    }

    private void ContinueAnswer(Connection connection)
    {
        int result = SendOn(ref connection.Outgoing, connection.Fd);
        if (result > 0)
        {
            connection.State = ConnectionState.Receiving;
            Answered(connection);
            Resume(connection);
        }
        else if (result != -ErrnoCode.EAGAIN)
        {
            Close(connection);
        }
    }

    private void Resume(Connection connection)
    {
        if (connection.State == ConnectionState.Receiving && !connection.Unparsed.IsEmpty)
        {
            Consume(connection, connection.Unparsed.Bytes);
        }

        if (connection.State == ConnectionState.Receiving)
        {
            connection.Unparsed.Clear();
            Watch(connection, EpollEvents.In);
        }
    }

    /// <summary>Sends until the answer is out (1) or the socket takes no more (−EAGAIN); another negative errno: the client is gone.</summary>
    private static int SendOn(ref OutgoingAnswer outgoing, int fd)
    {
        while (outgoing.Sent < outgoing.Length)
        {
            int sent = SocketCalls.Send(fd, outgoing.Answer!.From(outgoing.Sent, outgoing.Length));
            if (sent < 0)
            {
                return sent;
            }

            outgoing.Sent += sent;
        }

        return 1;
    }

    private void Answered(Connection connection)
    {
        connection.HasAnswered = true;
        _tally.Requests++;
        _milestones.Answered();
        switch (connection.Outgoing.Then)
        {
            case AfterAnswer.Close:
                Close(connection);
                break;
            case AfterAnswer.Linger:
                Linger(connection);
                break;
        }
    }

    /// <summary>Closes this side and reads over what the client still sends: close(2) with unread input would reset the answer away.</summary>
    private void Linger(Connection connection)
    {
        SocketCalls.Shutdown(connection.Fd, ShutdownHow.Write);
        connection.State = ConnectionState.Lingering;
        connection.LingerBytesLeft = LingerBytes;
        connection.Unparsed.Clear();
        Watch(connection, EpollEvents.In);
        _lingering.Add(connection.EventData, MonotonicClock.NowNs() + LingerNs);
    }

    private void ReadOver(Connection connection, int received)
    {
        connection.LingerBytesLeft -= Math.Max(received, 0);
        if ((received <= 0 && received != -ErrnoCode.EAGAIN) || connection.LingerBytesLeft <= 0)
        {
            Close(connection);
        }
    }

    /// <summary>
    /// Edge-triggered: level-triggered epoll polls each reported socket once more in the next wait, which cost 5 to 8 % of the CPU time
    /// of a request on a persistent connection.
    /// </summary>
    private void Watch(Connection connection, EpollEvents events)
    {
        events |= EpollEvents.RdHup | EpollEvents.EdgeTriggered;
        int result = connection.IsWatched
            ? _epoll.Modify(connection.Fd, events, connection.EventData)
            : _epoll.Add(connection.Fd, events, connection.EventData);
        connection.IsWatched = true;
        if (result < 0)
        {
            // ENOMEM or ENOSPC (fs.epoll.max_user_watches): a connection that cannot be waited for cannot be served.
            Close(connection);
        }
    }

    private void Close(Connection connection)
    {
        SocketCalls.Close(connection.Fd);
        _table.Free(connection);
        _tally.Closed++;
    }
}

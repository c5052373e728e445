using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.LoadGen.Clients;

/// <content>What comes back, and how connections and requests end.</content>
internal sealed partial class ConnectionEngine
{
    private void Receive(int slot, ref Connection connection, EpollEvents events)
    {
        while (true)
        {
            int received = _sockets.HasTimestamps
                ? SocketCalls.Receive(connection.Fd, _buffer, out _stampNs)
                : SocketCalls.Receive(connection.Fd, _buffer);
            if (received == -ErrnoCode.EAGAIN)
            {
                return;
            }

            long nowNs = ReadClock();
            if (received <= 0)
            {
                ReceivedEnd(slot, ref connection, received);
                return;
            }

            _recorder.Life.BytesReceived += received;
            if (!connection.Parser.HasBegun)
            {
                _recorder.FirstByte(connection.IntendedNs, connection.SendNs, nowNs);
            }

            switch (connection.Parser.Feed(_buffer.AsSpan(0, received), _reading))
            {
                case ParseOutcome.Complete:
                    Answered(slot, ref connection, streamEnded: false, events);
                    return;
                case ParseOutcome.Malformed:
                    FailRequest(slot, ref connection, connection.Parser.Problem);
                    return;
                default:
                    // A short read has emptied the socket, and whatever comes later is a new edge; but an end that epoll has already
                    // reported is not reported again.
                    if (received < BufferBytes && (events & HangUp) == 0)
                    {
                        return;
                    }

                    break;
            }
        }
    }

    private void ReceivedEnd(int slot, ref Connection connection, int received)
    {
        if (received < 0)
        {
            FailRequest(slot, ref connection, -received);
        }
        else if (WasClosedBefore(connection, FailureCode.Closed))
        {
            OpenAgain(slot, ref connection);
        }
        else if (!connection.Parser.HasBegun)
        {
            FailRequest(slot, ref connection, FailureCode.Closed);
        }
        else if (connection.Parser.End() == ParseOutcome.Complete)
        {
            Answered(slot, ref connection, streamEnded: true, EpollEvents.None);
        }
        else
        {
            FailRequest(slot, ref connection, connection.Parser.Problem);
        }
    }

    private void Answered(int slot, ref Connection connection, bool streamEnded, EpollEvents events)
    {
        _answers.Disarm(slot);
        int worker = connection.Parser.Worker;
        _recorder.AnswerCompleted(connection.Parser.Status, worker, connection.IntendedNs, connection.StartNs, NowNs);
        if (_arrivals is not null)
        {
            ReadLag lag = _arrivals.LagOf(connection.SendNs, NowNs, _stampNs);
            ReadLagNs = lag.Ns;
            _recorder.GeneratorLag(connection.Parser.Status, connection.IntendedNs, NowNs, connection.Lag, lag);
        }

        _recorder.Attempts?.Answered(connection.Times, connection.Parser.Status, NowNs);
        connection.Answered++;
        if (worker != WorkerTable.None && !connection.WorkerKnown)
        {
            connection.WorkerKnown = true;
            _recorder.Workers.CountConnection(worker);
        }

        _afterResponse?.Invoke();
        End(slot, ref connection, streamEnded, events);
        ReadLagNs = 0;
    }

    /// <summary>What becomes of a connection after a response.</summary>
    private void End(int slot, ref Connection connection, bool streamEnded, EpollEvents events)
    {
        bool keeps = connection.Answered != _requestsPerConnection && connection.Parser.KeepAlive;

        // An end that epoll has reported with the answer it does not report again: what would be sent here would be lost.
        if (streamEnded || connection.State == ConnectionState.Sending || (keeps && (events & HangUp) != 0 && HasEnded(connection)))
        {
            EndByClient(ref connection);
            Freed(slot, SlotEnd.Closed);
        }
        else if (keeps)
        {
            connection.State = ConnectionState.Standing;
            Freed(slot, SlotEnd.Standing);
        }
        else if (_close == ConnectionClose.Server)
        {
            AwaitEnd(slot, ref connection, events);
        }
        else
        {
            EndByClient(ref connection);
            Freed(slot, SlotEnd.Closed);
        }
    }

    /// <summary>
    /// Whether a connection without anything in progress is over. The event may be older than the connection, where a slot's socket is used again.
    /// </summary>
    private bool HasEnded(in Connection connection)
    {
        int received = SocketCalls.Receive(connection.Fd, _buffer);
        if (received > 0)
        {
            _recorder.CloseFailed(FailureCode.Unasked, NowNs);
        }

        return received != -ErrnoCode.EAGAIN;
    }

    private void AwaitEnd(int slot, ref Connection connection, EpollEvents events)
    {
        connection.State = ConnectionState.ServerClosing;
        _closes.Arm(slot, NowNs + _timeoutNs);
        if ((events & HangUp) != 0)
        {
            ReceiveEnd(slot, ref connection);
        }
    }

    private void ReceiveEnd(int slot, ref Connection connection)
    {
        int received = SocketCalls.Receive(connection.Fd, _buffer);
        if (received == -ErrnoCode.EAGAIN)
        {
            return;
        }

        ReadClock();
        _closes.Disarm(slot);
        if (received != 0)
        {
            FailClose(slot, ref connection, received > 0 ? FailureCode.Unasked : -received);
            return;
        }

        ClientSockets.Close(ref connection);
        connection.State = ConnectionState.Vacant;
        Freed(slot, SlotEnd.Closed);
    }

    private void ReceiveOnStanding(int slot, ref Connection connection)
    {
        int received = SocketCalls.Receive(connection.Fd, _buffer);
        if (received == -ErrnoCode.EAGAIN)
        {
            return;
        }

        ReadClock();
        if (received > 0)
        {
            _recorder.CloseFailed(FailureCode.Unasked, NowNs);
        }

        // That a server ends an idle connection is its right, and no error.
        EndByClient(ref connection);
        Loop.StandingLost(slot);
    }

    private void FailConnect(int slot, ref Connection connection, int code)
    {
        LastConnectFailure = code;
        _connects.Disarm(slot);
        _recorder.ConnectFailed(code, connection.IntendedNs, NowNs);
        _recorder.Attempts?.ConnectFailed(connection.Times, code, NowNs);
        EndByReset(ref connection);
        Freed(slot, SlotEnd.Failed);
    }

    private void FailRequest(int slot, ref Connection connection, int code)
    {
        _answers.Disarm(slot);
        _recorder.RequestFailed(PhaseOf(connection), code, connection.IntendedNs, NowNs);
        _recorder.Attempts?.RequestFailed(connection.Times, code, NowNs);
        EndByReset(ref connection);
        Freed(slot, SlotEnd.Failed);
    }

    private void FailClose(int slot, ref Connection connection, int code)
    {
        _recorder.CloseFailed(code, NowNs);
        EndByReset(ref connection);
        Freed(slot, SlotEnd.Closed);
    }

    private static FailurePhase PhaseOf(in Connection connection) => connection switch
    {
        { Parser.HasBegun: true } => FailurePhase.Answer,
        { State: ConnectionState.Sending } => FailurePhase.Send,
        _ => FailurePhase.FirstByte,
    };
}

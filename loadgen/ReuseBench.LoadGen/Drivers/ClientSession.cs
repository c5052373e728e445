using System.Net;
using System.Net.Sockets;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Recording;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen.Drivers;

/// <summary>
/// One client on asynchronous sockets: a request at a time by the swarm's workloads, recorded as the swarm records it. A latency begins
/// when the driver asked for the request; when it was meant to start the driver does not say.
/// </summary>
internal sealed class ClientSession(
    LoadSettings settings, Target target, int slot, SessionSockets sockets, RequestBytes request, SharedRecorder shared) : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly IPEndPoint _endPoint = target.Address.ToEndPoint();
    private CancellationTokenSource _deadline = new();
    private Socket? _socket;
    private ResponseParser _parser;
    private int _answered;
    private bool _workerKnown;

    /// <summary>Carries out one request, with the connect before it where none stands.</summary>
    /// <param name="askedNs">When the driver asked for it, CLOCK_MONOTONIC; it may have waited for this session since.</param>
    public async ValueTask<Exchange> RequestAsync(long askedNs)
    {
        long startNs = MonotonicClock.NowNs();
        if (settings.Load == LoadShape.Open)
        {
            Record(recorder => recorder.ArrivalAsked(askedNs, startNs));
        }

        // An end that has come since the last answer: what would be sent there would be lost.
        if (_socket?.Poll(TimeSpan.Zero, SelectMode.SelectRead) == true)
        {
            Close();
        }

        if (_socket is null && await ConnectAsync(askedNs).ConfigureAwait(false) is int failed and not 0)
        {
            return new Exchange(0, 0, FailureCode.NameOf(failed));
        }

        return await ExchangeAsync(askedNs, startNs).ConfigureAwait(false);
    }

    /// <summary>The run was over before it was this request's turn.</summary>
    /// <param name="askedNs">When the driver asked for it.</param>
    public void Forgo(long askedNs)
    {
        long nowNs = MonotonicClock.NowNs();
        Record(recorder => recorder.ArrivalForgone(askedNs, nowNs));
    }

    public void Dispose()
    {
        Close();
        _deadline.Dispose();
    }

    /// <returns>0, or the code of <see cref="FailureCode"/>.</returns>
    private async ValueTask<int> ConnectAsync(long askedNs)
    {
        Record(recorder => recorder.ConnectStarted());
        int code = -sockets.Create(slot, out _socket);
        long connectNs = MonotonicClock.NowNs();
        if (code == 0)
        {
            try
            {
                await _socket!.ConnectAsync(_endPoint, Within(settings.ConnectTimeout.ToTimeSpan())).ConfigureAwait(false);
                long establishedNs = MonotonicClock.NowNs();
                Record(recorder => recorder.ConnectionOpened(connectNs, establishedNs));
                _answered = 0;
                _workerKnown = false;
                return 0;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                code = CodeOf(e);
            }
        }

        Close();
        long nowNs = MonotonicClock.NowNs();
        Record(recorder => recorder.ConnectFailed(code, askedNs, nowNs));
        return code;
    }

    private async ValueTask<Exchange> ExchangeAsync(long askedNs, long startNs)
    {
        FailurePhase phase = FailurePhase.Send;
        int bytes = 0;
        lock (shared.Gate)
        {
            _parser.Reset(shared.Reading);
            shared.Recorder.RequestSent();
        }

        try
        {
            CancellationToken within = Within(settings.Timeout.ToTimeSpan());
            bool last = _answered + 1 == settings.Workload.RequestsPerConnection;
            long sendNs = MonotonicClock.NowNs();
            await SendAsync(request.Of(closes: last && settings.Close == ConnectionClose.Server), within).ConfigureAwait(false);
            phase = FailurePhase.FirstByte;
            while (true)
            {
                int received = await _socket!.ReceiveAsync(_buffer.AsMemory(), within).ConfigureAwait(false);
                long nowNs = MonotonicClock.NowNs();
                bytes += received;
                if (received > 0 && phase == FailurePhase.FirstByte)
                {
                    phase = FailurePhase.Answer;
                    Record(recorder => recorder.FirstByte(startNs, sendNs, nowNs));
                }

                ParseOutcome outcome = Feed(received);
                if (outcome == ParseOutcome.Complete)
                {
                    return await AnsweredAsync(askedNs, startNs, nowNs, bytes, streamEnded: received == 0, within).ConfigureAwait(false);
                }

                if (outcome == ParseOutcome.Malformed)
                {
                    return Failed(phase, received == 0 && phase == FailurePhase.FirstByte ? FailureCode.Closed : _parser.Problem, askedNs, bytes);
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return Failed(phase, CodeOf(e), askedNs, bytes);
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken within)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket!.SendAsync(bytes, within).ConfigureAwait(false)..];
        }
    }

    private ParseOutcome Feed(int received)
    {
        lock (shared.Gate)
        {
            return received > 0 ? _parser.Feed(_buffer.AsSpan(0, received), shared.Reading) : _parser.End();
        }
    }

    private async ValueTask<Exchange> AnsweredAsync(
        long askedNs, long startNs, long nowNs, int bytes, bool streamEnded, CancellationToken within)
    {
        Exchange exchange = new(_parser.Status, bytes, null);
        int worker = _parser.Worker;
        lock (shared.Gate)
        {
            // The intended start is not known: the moment of asking is the nearest to it, and what waits for a session has waited for the server.
            shared.Recorder.AnswerCompleted(_parser.Status, worker, askedNs, startNs, nowNs);
            if (worker != WorkerTable.None && !_workerKnown)
            {
                shared.Recorder.Workers.CountConnection(worker);
                _workerKnown = true;
            }
        }

        _answered++;
        if (streamEnded || !_parser.KeepAlive || _answered == settings.Workload.RequestsPerConnection)
        {
            if (!streamEnded && settings.Close == ConnectionClose.Server)
            {
                await AwaitEndAsync(within).ConfigureAwait(false);
            }

            Close();
        }

        return exchange;
    }

    private async ValueTask AwaitEndAsync(CancellationToken within)
    {
        int code = 0;
        try
        {
            code = await _socket!.ReceiveAsync(_buffer.AsMemory(), within).ConfigureAwait(false) == 0 ? 0 : FailureCode.Unasked;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            code = CodeOf(e);
        }

        if (code != 0)
        {
            long nowNs = MonotonicClock.NowNs();
            Record(recorder => recorder.CloseFailed(code, nowNs));
        }
    }

    private Exchange Failed(FailurePhase phase, int code, long askedNs, int bytes)
    {
        Close();
        long nowNs = MonotonicClock.NowNs();
        Record(recorder => recorder.RequestFailed(phase, code, askedNs, nowNs));
        return new Exchange(0, bytes, FailureCode.NameOf(code));
    }

    private void Record(Action<ThreadRecorder> record)
    {
        lock (shared.Gate)
        {
            record(shared.Recorder);
        }
    }

    private CancellationToken Within(TimeSpan limit)
    {
        if (!_deadline.TryReset())
        {
            _deadline.Dispose();
            _deadline = new CancellationTokenSource();
        }

        _deadline.CancelAfter(limit);
        return _deadline.Token;
    }

    private static int CodeOf(Exception e) => e is SocketException failure ? failure.NativeErrorCode : FailureCode.Timeout;

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }
}

/// <summary>
/// A recorder for sessions that run on any thread: whoever records holds <see cref="Gate"/>. A recorder for each session would cost a
/// megabyte of histograms each.
/// </summary>
internal sealed class SharedRecorder
{
    public SharedRecorder(LoadSettings settings)
    {
        Recorder = new ThreadRecorder(settings);
        Reading = new ResponseReading(settings.WorkerHeader, Recorder.Workers);
    }

    public Lock Gate { get; } = new();

    public ThreadRecorder Recorder { get; }

    public ResponseReading Reading { get; }
}

/// <summary>Asynchronous sockets that are bound as the source plan says, for all sessions of a driver.</summary>
internal sealed class SessionSockets(LoadSettings settings, Target target, TupleSource source)
{
    private readonly Lock _gate = new();
    private readonly ClientSockets _sockets = new(settings, target.Address, source);

    public long? DistinctTuples => source.DistinctTuples;

    /// <summary>The session's next socket, not yet connected.</summary>
    /// <returns>0, or the negative errno of the call that failed.</returns>
    public int Create(int slot, out Socket? socket)
    {
        Connection connection = new() { Fd = Connection.NoSocket };
        int result;
        lock (_gate)
        {
            result = _sockets.Create(slot, ref connection);
        }

        socket = null;
        if (result >= 0)
        {
            socket = new Socket(new SafeSocketHandle(connection.Fd, ownsHandle: true)) { NoDelay = true };
            if (settings.Close == ConnectionClose.Rst)
            {
                socket.LingerState = new LingerOption(true, 0);
            }
        }

        return result;
    }
}

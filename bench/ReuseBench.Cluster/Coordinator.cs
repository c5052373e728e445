using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using ReuseBench.Core;
using ReuseBench.Core.Clocks;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Hosts;
using ReuseBench.Linux;

namespace ReuseBench.Cluster;

/// <summary>A host is gone, or does not answer.</summary>
/// <param name="host">Its name.</param>
/// <param name="reason">How that was seen.</param>
public sealed class HostLostException(string host, string reason) : Exception($"{host}: {reason}")
{
    public string Host { get; } = host;

    public string Reason { get; } = reason;
}

/// <summary>A host is there and says no; the message is its reason.</summary>
public sealed class HostRefusedException(string host, string reason) : Exception($"{host}: {reason}");

/// <summary>What an earlier coordinator of the same run left at the engine: an attempt that is in no row.</summary>
/// <param name="Key">As <see cref="Coordinator.KeyText"/>.</param>
/// <param name="Note">What that coordinator noted of it; null where it got to none.</param>
/// <param name="Halves">By host, those that are whole.</param>
public sealed record LeftAttempt(string Key, string? Note, IReadOnlyDictionary<string, HostOutcome> Halves);

/// <summary>When a host is to begin, as <see cref="StartOrder"/> has it.</summary>
public sealed record HostStart(string Target, long EpochNs, long LaterNs, long BeginNs, long EndNs, long SilentUntilNs);

/// <summary>
/// The coordinator's side: claims hosts for a run, tells them what to do, measures their clocks and gathers their results. It beats once a second, but for
/// the time in which a window is measured.
/// </summary>
public sealed class Coordinator : IDisposable
{
    public const string Name = "coordinator";

    /// <summary>Of what a host says about itself, in a message.</summary>
    private const int LongestReason = 400;

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    /// <summary>A server of ours listens within 20 s, or says why not.</summary>
    private static readonly TimeSpan PrepareLimit = TimeSpan.FromSeconds(45);

    /// <summary>Nobody measures meanwhile, and what is not told goes on.</summary>
    private static readonly TimeSpan FinishLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks at hosts whose result is due.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>An engine that went away may be started anew: until then no host is lost for want of an answer. Every order may be given twice.</summary>
    private static readonly TimeSpan EnginePatience = TimeSpan.FromSeconds(10);

    /// <summary>For what an earlier coordinator left to come.</summary>
    private static readonly TimeSpan LeftLimit = TimeSpan.FromSeconds(60);

    private readonly EngineLink _link;
    private readonly Order _order;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Gathered> _gathered = new();
    private readonly Dictionary<string, Dictionary<string, Gathered>> _left = [];
    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<StoredPiece> _toAcknowledge = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly HashSet<string> _claimed = [];
    private readonly Timer _beat;
    private readonly Task _gathering;
    private string? _current;
    private long _toCome;
    private long _quietUntilNs;

    /// <param name="link">To the engine, as coordinator.</param>
    /// <param name="run">Id of the run.</param>
    /// <exception cref="UsageException">The engine keeps no results.</exception>
    public Coordinator(EngineLink link, string run)
    {
        _link = link;
        _order = new Order { Run = run, Fence = DateTime.UtcNow.Ticks };
        _toCome = link.OpenStore(run);
        if (_toCome == 0)
        {
            _caughtUp.SetResult();
        }

        _gathering = Task.Run(() => _link.Gather(Take, _stop.Token));
        _beat = new Timer(_ => Beat(), null, BeatEvery, BeatEvery);
    }

    /// <summary>Pieces of results that came for another attempt: dropped.</summary>
    public int Dropped { get; private set; }

    /// <summary>What its orders carry, and no other coordinator's of the same run.</summary>
    public long Fence => _order.Fence;

    /// <summary>
    /// As an agent names a result. A run that goes on tries the same attempt again: what the coordinator before it asked for, and comes late, is none of its.
    /// </summary>
    /// <param name="key">Of the repeat.</param>
    /// <param name="fence">Of the coordinator that asked for it.</param>
    public static string KeyText(RepeatKey key, long fence) => $"{key.Cell}/{key.Repeat}/{key.Attempt}/{fence}";

    /// <summary>Takes a host for this run.</summary>
    /// <param name="host">To be taken.</param>
    /// <param name="limit">For its answer; null for as long as it may need to look at itself first.</param>
    /// <exception cref="HostLostException">No agent of its name answers.</exception>
    /// <exception cref="HostRefusedException">Another run has it.</exception>
    public HostHello Claim(HostEntry host, TimeSpan? limit = null)
    {
        string hello = Ask(host.Name, Verbs.Claim, JsonSerializer.SerializeToUtf8Bytes(_order, ClusterJson.Default.Order), limit ?? PrepareLimit);
        lock (_claimed)
        {
            _claimed.Add(host.Name);
        }

        try
        {
            return JsonSerializer.Deserialize(hello, ClusterJson.Default.HostHello) ?? throw new JsonException("empty");
        }
        catch (JsonException)
        {
            throw new HostRefusedException(host.Name, "says something else than what it is; use the same reusebench on all hosts");
        }
    }

    /// <summary>Whether a host has a way to an address, as far as its kernel knows.</summary>
    /// <exception cref="HostLostException">It does not answer.</exception>
    /// <exception cref="HostRefusedException">It has none; the message says so.</exception>
    public void RequireWay(HostEntry host, IPAddress address) => _ = Ask(
        host.Name,
        Verbs.Reach,
        JsonSerializer.SerializeToUtf8Bytes(
            new ReachOrder { Run = _order.Run, Fence = _order.Fence, Address = $"{address}" }, ClusterJson.Default.ReachOrder),
        PrepareLimit);

    /// <summary>What an earlier coordinator of this run left, in no order. It stays at the engine until <see cref="Acknowledge"/>.</summary>
    /// <exception cref="HostLostException">The engine does not hand it over.</exception>
    public IReadOnlyList<LeftAttempt> Left()
    {
        if (Task.WaitAny([_caughtUp.Task, _gathering], LeftLimit) != 0)
        {
            throw new HostLostException(
                Name, _gathering.Exception is { } failure ? OneLine(failure.GetBaseException()) : "the engine does not hand over what it keeps of the run");
        }

        return
        [
            .. _left.Select(attempt => new LeftAttempt(
                attempt.Key,
                attempt.Value.GetValueOrDefault(Name)?.Whole?.Half,
                attempt.Value.Where(g => g.Key != Name && g.Value.Whole is not null).ToDictionary(g => g.Key, g => g.Value.Whole!))),
        ];
    }

    /// <summary>Notes something of an attempt beside its results, for a coordinator that goes on with the run; it is no matter where that fails.</summary>
    public void Note(RepeatKey key, string note)
    {
        try
        {
            IReadOnlyList<byte[]> pieces = ResultPieces.Cut(new HostOutcome { Half = note });
            for (int piece = 0; piece < pieces.Count; piece++)
            {
                _ = _link.Store(Subjects.Result(_order.Run, Name), KeyText(key, Fence), piece, pieces.Count, pieces[piece], AnswerLimit);
            }
        }
        catch (NoAnswerException)
        {
            // Without it the repeat is measured again.
        }
    }

    /// <summary>Only results of this attempt are taken from now on.</summary>
    public void Begin(RepeatKey key)
    {
        _gathered.Clear();
        Volatile.Write(ref _current, KeyText(key, Fence));
    }

    /// <returns>What the host says of what it started; empty of a swarm.</returns>
    /// <exception cref="HostLostException">It does not answer.</exception>
    /// <exception cref="HostRefusedException">It cannot.</exception>
    /// <param name="host">That is to have it.</param>
    /// <param name="key">Of the repeat.</param>
    /// <param name="role">As in <see cref="WorkOrder"/>.</param>
    /// <param name="settings">Likewise.</param>
    /// <param name="attempts">Likewise.</param>
    public string Prepare(HostEntry host, RepeatKey key, string role, SortedDictionary<string, string> settings, bool attempts = false) => Ask(
        host.Name,
        Verbs.Prepare,
        JsonSerializer.SerializeToUtf8Bytes(
            new WorkOrder { Run = _order.Run, Fence = _order.Fence, Key = key, Role = role, Settings = settings, Attempts = attempts },
            ClusterJson.Default.WorkOrder),
        PrepareLimit);

    /// <summary>The offset of a host's clock, from a burst of pings.</summary>
    /// <exception cref="HostLostException">It does not answer.</exception>
    /// <exception cref="ClockJumpException">A clock jumped meanwhile.</exception>
    public ClockBound Clock(HostEntry host, int pings)
    {
        string subject = Subjects.Down(_order.Run, host.Name, Verbs.Ping);
        List<ClockPing> taken = [];
        for (int i = 0; i < pings; i++)
        {
            long sentNs = MonotonicClock.NowNs();
            byte[] times = Request(host.Name, subject, [], AnswerLimit);
            long backNs = MonotonicClock.NowNs();
            if (times.Length != 2 * sizeof(long))
            {
                throw new HostLostException(host.Name, "answers a ping with something else; use the same reusebench on all hosts");
            }

            taken.Add(new ClockPing(sentNs, BitConverter.ToInt64(times), BitConverter.ToInt64(times, sizeof(long)), backNs));
        }

        return ClockBound.Of(taken);
    }

    /// <param name="host">To be told.</param>
    /// <param name="start">All in its own clock; whose word it is, is filled in.</param>
    /// <exception cref="HostLostException">It does not answer.</exception>
    /// <exception cref="HostRefusedException">It is too late there, or the target is not allowed.</exception>
    public void Start(HostEntry host, HostStart start) => Ask(
        host.Name,
        Verbs.Start,
        JsonSerializer.SerializeToUtf8Bytes(
            new StartOrder
            {
                Run = _order.Run,
                Fence = _order.Fence,
                Target = start.Target,
                EpochNs = start.EpochNs,
                LaterNs = start.LaterNs,
                BeginNs = start.BeginNs,
                EndNs = start.EndNs,
                SilentUntilNs = start.SilentUntilNs,
            },
            ClusterJson.Default.StartOrder),
        AnswerLimit);

    /// <summary>Says nothing to anybody until then, by this host's clock.</summary>
    public void KeepQuietUntil(long untilNs) => Volatile.Write(ref _quietUntilNs, untilNs);

    /// <inheritdoc cref="Verbs.Finish"/>
    /// <exception cref="HostLostException">It does not answer.</exception>
    public void Finish(HostEntry host) => Tell(host.Name, Verbs.Finish, FinishLimit);

    /// <summary>The same, if it still hears.</summary>
    public void TryFinish(HostEntry host) => TryTell(host.Name, Verbs.Finish, FinishLimit);

    /// <summary>Ends what runs on a host, if it still hears.</summary>
    public void TryStop(HostEntry host) => TryTell(host.Name, Verbs.Stop);

    /// <summary>Waits for a host's result; asks it meanwhile whether it is still there.</summary>
    /// <param name="host">Whose.</param>
    /// <param name="limit">The longest that it may take.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="HostLostException">It does not answer any more, or brought nothing in time.</exception>
    public HostOutcome Await(HostEntry host, TimeSpan limit, CancellationToken cancel)
    {
        long untilNs = MonotonicClock.NowNs() + (long)limit.TotalNanoseconds;
        while (true)
        {
            if (_gathered.TryGetValue(host.Name, out Gathered? gathered) && gathered.Whole is { } whole)
            {
                return whole;
            }

            bool isDue = !_arrived.Wait(AskEvery, cancel);
            if (_gathering is { IsFaulted: true, Exception: { } failure })
            {
                throw new HostLostException(host.Name, OneLine(failure.GetBaseException()));
            }

            if (isDue && !IsAtIt(host.Name) && gathered?.Whole is null)
            {
                throw new HostLostException(host.Name, "its agent knows nothing of the repeat any more");
            }

            if (MonotonicClock.NowNs() > untilNs)
            {
                throw new HostLostException(host.Name, $"brought no result within {limit.TotalSeconds:0} s");
            }
        }
    }

    /// <summary>An agent that was started anew has another coordinator's word, or none.</summary>
    private bool IsAtIt(string host)
    {
        try
        {
            return Tell(host, Verbs.Beat) == Agent.Busy;
        }
        catch (HostRefusedException)
        {
            return false;
        }
    }

    /// <summary>The results so far are in rows: the engine may forget them.</summary>
    public void Acknowledge()
    {
        Volatile.Write(ref _current, null);
        while (_toAcknowledge.TryDequeue(out StoredPiece? piece))
        {
            piece.Acknowledge().AsTask().Wait();
        }
    }

    /// <summary>Gives the hosts free.</summary>
    public void Dispose()
    {
        _beat.Dispose();
        lock (_claimed)
        {
            foreach (string host in _claimed)
            {
                TryTell(host, Verbs.Release);
            }
        }

        _stop.Cancel();

        // However it ended: who waited for a result has been told. An engine that is gone may hold it.
        _ = Task.WaitAny([_gathering], AnswerLimit);
        _stop.Dispose();
        _arrived.Dispose();
    }

    private ValueTask Take(StoredPiece? piece)
    {
        if (_toCome > 0)
        {
            // It was there before this coordinator was.
            TakeLeft(piece);
            if (--_toCome == 0)
            {
                _caughtUp.SetResult();
            }

            return ValueTask.CompletedTask;
        }

        if (piece is null)
        {
            return ValueTask.CompletedTask;
        }

        if (piece.Key != Volatile.Read(ref _current))
        {
            Dropped++;
            return piece.Acknowledge();
        }

        // What comes again before it is in a row is known, and acknowledged with the rest.
        _toAcknowledge.Enqueue(piece);
        if (_gathered.GetOrAdd(piece.Host, _ => new Gathered(piece.Pieces)).Take(piece))
        {
            _arrived.Release();
        }

        return ValueTask.CompletedTask;
    }

    private void TakeLeft(StoredPiece? piece)
    {
        if (piece is null)
        {
            return;
        }

        Dictionary<string, Gathered> attempt = _left.TryGetValue(piece.Key, out Dictionary<string, Gathered>? known) ? known : _left[piece.Key] = [];
        _ = (attempt.TryGetValue(piece.Host, out Gathered? half) ? half : attempt[piece.Host] = new Gathered(piece.Pieces)).Take(piece);
        _toAcknowledge.Enqueue(piece);
    }

    private static string OneLine(Exception e) => TextFromOutside.Clip(e.Message.Split('\n', 2)[0], LongestReason);

    private void Beat()
    {
        if (MonotonicClock.NowNs() < Volatile.Read(ref _quietUntilNs))
        {
            return;
        }

        byte[] order = JsonSerializer.SerializeToUtf8Bytes(_order, ClusterJson.Default.Order);
        string[] hosts;
        lock (_claimed)
        {
            hosts = [.. _claimed];
        }

        foreach (string host in hosts)
        {
            _link.Publish(Subjects.Down(_order.Run, host, Verbs.Beat), order);
        }
    }

    private string Tell(string host, string verb, TimeSpan? limit = null) =>
        Ask(host, verb, JsonSerializer.SerializeToUtf8Bytes(_order, ClusterJson.Default.Order), limit ?? AnswerLimit);

    private void TryTell(string host, string verb, TimeSpan? limit = null)
    {
        try
        {
            _ = Tell(host, verb, limit);
        }
        catch (Exception e) when (e is HostLostException or HostRefusedException)
        {
            // It has ended by itself, or will for want of a word.
        }
    }

    private string Ask(string host, string verb, byte[] message, TimeSpan limit)
    {
        byte[] bytes = Request(host, Subjects.Down(_order.Run, host, verb), message, limit);
        Answer answer;
        try
        {
            answer = JsonSerializer.Deserialize(bytes, ClusterJson.Default.Answer) ?? throw new JsonException("empty");
        }
        catch (JsonException)
        {
            throw new HostRefusedException(host, $"answers {verb} with something else; use the same reusebench on all hosts");
        }

        return answer.Refusal is { } refusal ? throw new HostRefusedException(host, TextFromOutside.Clip(refusal, LongestReason)) : answer.Body ?? "";
    }

    private byte[] Request(string host, string subject, byte[] message, TimeSpan limit)
    {
        while (true)
        {
            if (IsEngineGone())
            {
                // That it is not there is seen a moment before it is said since when.
                _ = _stop.Token.WaitHandle.WaitOne(AskEvery);
                if (IsEngineGone())
                {
                    throw new HostLostException(host, "the engine is gone");
                }
            }

            try
            {
                return _link.Request(subject, message, limit);
            }
            catch (NoAnswerException e) when (!MayEngineReturn())
            {
                throw new HostLostException(host, e.Message);
            }
            catch (NoAnswerException)
            {
                _ = _stop.Token.WaitHandle.WaitOne(AskEvery);
            }
        }
    }

    private bool IsEngineGone() => !_link.IsConnected && !MayEngineReturn();

    private bool MayEngineReturn() =>
        _link.LostNs is not 0 and long lostNs && MonotonicClock.NowNs() - lostNs < (long)EnginePatience.TotalNanoseconds;

    /// <summary>The pieces of one host's result.</summary>
    private sealed class Gathered(int pieces)
    {
        private readonly byte[]?[] _pieces = new byte[Math.Clamp(pieces, 1, 4096)][];

        /// <summary>Once all are there.</summary>
        public HostOutcome? Whole { get; private set; }

        /// <returns>False where it is known, or none of these.</returns>
        public bool Take(StoredPiece piece)
        {
            if (piece.Piece < 0 || piece.Piece >= _pieces.Length || _pieces[piece.Piece] is not null)
            {
                return false;
            }

            _pieces[piece.Piece] = piece.Data;
            if (_pieces.All(p => p is not null))
            {
                Whole = TryJoin();
            }

            return true;
        }

        private HostOutcome TryJoin()
        {
            try
            {
                HostOutcome joined = ResultPieces.Join(_pieces.OfType<byte[]>());
                return joined.Error is { } error ? joined with { Error = TextFromOutside.Clip(error, LongestReason) } : joined;
            }
            catch (InvalidDataException e)
            {
                return new HostOutcome { Error = e.Message };
            }
        }
    }
}

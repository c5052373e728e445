using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using ReuseBench.Core;
using ReuseBench.Linux;

namespace ReuseBench.Cluster;

/// <summary>Nobody answered in time: the host, its agent or the way to it is gone.</summary>
public sealed class NoAnswerException(string message) : Exception(message);

/// <summary>A message that came in, and how to answer it.</summary>
/// <param name="Subject">It was sent to.</param>
/// <param name="Data">Its bytes.</param>
/// <param name="Reply">Answers it; without effect where nobody waits.</param>
public sealed record Incoming(string Subject, byte[] Data, Func<byte[], ValueTask> Reply);

/// <summary>A piece of a result that the engine keeps until it is acknowledged.</summary>
/// <param name="Host">Whose it is, by the subject, which the engine lets no other host use.</param>
/// <param name="Key">As the agent named it.</param>
/// <param name="Piece">From 0.</param>
/// <param name="Pieces">How many there are.</param>
/// <param name="Data">Its bytes.</param>
/// <param name="Acknowledge">The engine may forget it.</param>
public sealed record StoredPiece(string Host, string Key, int Piece, int Pieces, byte[] Data, Func<ValueTask> Acknowledge);

/// <summary>
/// The connection of an agent or a coordinator to the engine: the only class that knows NATS. Calls block; the connection heals by itself, and what is
/// published meanwhile waits.
/// </summary>
public sealed class EngineLink : IDisposable
{
    private const string MessageId = "Nats-Msg-Id";
    private const string KeyHeader = "Rb-Key";
    private const string PieceHeader = "Rb-Piece";
    private const string PiecesHeader = "Rb-Pieces";
    private const string TlsScheme = "tls://";

    /// <summary>For a connection to be there, and for a disconnected one to be tried again.</summary>
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(1);

    /// <summary>Tries, where the other end went away within the handshake.</summary>
    private const int Handshakes = 4;

    /// <summary>For a row to be written; a piece that is not acknowledged by then comes again: it may have been lost with an engine that was killed.</summary>
    private static readonly TimeSpan AckWait = TimeSpan.FromSeconds(10);

    /// <summary>Results that nobody took are kept as long.</summary>
    private static readonly TimeSpan KeepResults = TimeSpan.FromDays(1);

    /// <summary>Within it the engine knows a result that is sent again.</summary>
    private static readonly TimeSpan KnowResults = TimeSpan.FromMinutes(10);

    /// <summary>For one acknowledgement to leave.</summary>
    private static readonly TimeSpan AckLimit = TimeSpan.FromSeconds(3);

    /// <summary>The engine shows at least so often that it has not forgotten who waits for results: after twice as long they are asked for anew.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PullLimit = TimeSpan.FromSeconds(30);

    /// <summary>Pieces that may be on their way to the coordinator at once.</summary>
    private const int MostOnTheWay = 1000;

    private readonly NatsConnection _nats;
    private INatsJSConsumer? _results;
    private long _lostNs;

    private EngineLink(NatsConnection nats, string engine)
    {
        _nats = nats;
        Engine = engine;
        nats.ConnectionDisconnected += (_, _) =>
        {
            Volatile.Write(ref _lostNs, MonotonicClock.NowNs());
            return ValueTask.CompletedTask;
        };
    }

    /// <summary>As it was named.</summary>
    public string Engine { get; }

    /// <summary>Whether it is there now.</summary>
    public bool IsConnected => _nats.ConnectionState == NatsConnectionState.Open;

    /// <summary>When it was last lost, by CLOCK_MONOTONIC; 0 for never.</summary>
    public long LostNs => Volatile.Read(ref _lostNs);

    /// <summary>Of the engine, as it says itself; null before it did.</summary>
    public string? Version => _nats.ServerInfo?.Version;

    /// <param name="engine"><c>tls://HOST:PORT</c>; <c>nats://127.0.0.1:PORT</c> without credentials.</param>
    /// <param name="credentials">Null on loopback only.</param>
    /// <param name="name">Of the host, or <c>coordinator</c>.</param>
    /// <exception cref="UsageException">It is not there, or refuses; one line.</exception>
    public static EngineLink Connect(string engine, Credentials? credentials, string name)
    {
        if (credentials is null && engine.StartsWith(TlsScheme, StringComparison.Ordinal))
        {
            throw new UsageException(
                $"engine: {engine} wants a certificate and a key; name the folder that holds them (--dir, or credentials: in the hosts file)");
        }

        NatsOpts options = NatsOpts.Default with
        {
            Url = engine,
            Name = $"reusebench {name}",
            InboxPrefix = $"_INBOX_{name}",
            ConnectTimeout = ConnectLimit,
            RequestTimeout = ConnectLimit,
            ReconnectWaitMin = RetryMin,
            ReconnectWaitMax = RetryMax,
            PingInterval = RetryMax,
            TlsOpts = credentials is null ? new NatsTlsOpts { Mode = TlsMode.Disable } : Tls(credentials, engine),
            AuthOpts = credentials is null
                ? NatsAuthOpts.Default
                : NatsAuthOpts.Default with { AuthCredCallback = (_, _) => ValueTask.FromResult(NatsAuthCred.FromNkey(credentials.Seed)) },
        };
        for (int attempt = 1; ; attempt++)
        {
            NatsConnection nats = new(options);
            try
            {
                nats.ConnectAsync().AsTask().GetAwaiter().GetResult();
                return new EngineLink(nats, engine);
            }
            catch (Exception e) when (e is NatsException or OperationCanceledException or IOException)
            {
                nats.DisposeAsync().AsTask().GetAwaiter().GetResult();
                if (attempt == Handshakes || !MayBeBusy(Innermost(e)))
                {
                    throw new UsageException($"engine: {engine}: {Said(Innermost(e))}; is nats-server running there, and are these its keys?");
                }
            }
        }
    }

    /// <exception cref="NoAnswerException">None came in time, or nobody is there to answer.</exception>
    public byte[] Request(string subject, byte[] payload, TimeSpan limit) => RequestAsync(subject, payload, null, limit).GetAwaiter().GetResult();

    /// <summary>Sends and does not wait.</summary>
    public void Publish(string subject, byte[] payload) => _ = Quietly(() => _nats.PublishAsync(subject, payload)).AsTask();

    /// <summary>Hears everything that is sent to a subject, until it is cancelled.</summary>
    /// <param name="subject">May hold wildcards.</param>
    /// <param name="listens">Called once the engine knows of it.</param>
    /// <param name="hear">Called for each, one after another.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="UsageException">The engine ends it; one line.</exception>
    public async Task Listen(string subject, Action listens, Func<Incoming, Task> hear, CancellationToken stop)
    {
        try
        {
            await ListenOnce(subject, listens, hear, stop).ConfigureAwait(false);
        }
        catch (NatsException e)
        {
            throw UsageException.OfHost($"engine: {Engine}: {Said(Innermost(e))}");
        }
    }

    private async Task ListenOnce(string subject, Action listens, Func<Incoming, Task> hear, CancellationToken stop)
    {
        INatsSub<byte[]> subscription = await _nats.SubscribeCoreAsync<byte[]>(subject, cancellationToken: stop).ConfigureAwait(false);
        await using (subscription.ConfigureAwait(false))
        {
            _ = await _nats.PingAsync(stop).ConfigureAwait(false);
            listens();
            await foreach (NatsMsg<byte[]> message in subscription.Msgs.ReadAllAsync(stop).ConfigureAwait(false))
            {
                NatsMsg<byte[]> asked = message;
                await hear(new Incoming(
                    asked.Subject,
                    asked.Data ?? [],
                    answer => asked.ReplyTo is null ? ValueTask.CompletedTask : Quietly(() => asked.ReplyAsync(answer, cancellationToken: stop))))
                    .ConfigureAwait(false);
            }
        }
    }

    /// <summary>Hands one piece of a result to the engine's store, which keeps it once however often it comes.</summary>
    /// <returns>Whether it was there already.</returns>
    /// <exception cref="NoAnswerException">It is not known to be stored.</exception>
    public bool Store(string subject, string key, int piece, int pieces, byte[] data, TimeSpan limit)
    {
        NatsHeaders headers = new()
        {
            [MessageId] = $"{subject}/{key}/{piece}",
            [KeyHeader] = key,
            [PieceHeader] = $"{piece}",
            [PiecesHeader] = $"{pieces}",
        };
        byte[] answer = RequestAsync(subject, data, headers, limit).GetAwaiter().GetResult();
        try
        {
            StoredAck? ack = JsonSerializer.Deserialize(answer, ClusterJson.Default.StoredAck);
            return ack is { Stream: { Length: > 0 } } ? ack.Duplicate : throw new NoAnswerException("the engine did not store the result");
        }
        catch (JsonException)
        {
            throw new NoAnswerException("the engine did not store the result");
        }
    }

    /// <summary>Makes the store of results where it is not there, and asks it for those of a run; only the coordinator may.</summary>
    /// <param name="run">Its id.</param>
    /// <returns>Pieces that an earlier coordinator of the run left there.</returns>
    /// <exception cref="UsageException">The engine has no JetStream, or does not let us.</exception>
    public long OpenStore(string run)
    {
        try
        {
            NatsJSContext store = new(_nats);
            _ = store.CreateOrUpdateStreamAsync(new StreamConfig(Subjects.ResultStream, [Subjects.AllResults])
            {
                Storage = StreamConfigStorage.File,
                Retention = StreamConfigRetention.Workqueue,
                MaxAge = KeepResults,
                DuplicateWindow = KnowResults,
            }).AsTask().GetAwaiter().GetResult();
            _results = ConsumerOf(store, run).GetAwaiter().GetResult();
            return (long)_results.Info.NumPending;
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            throw UsageException.OfHost($"engine: {Engine} keeps no results ({Said(Innermost(e))}); start nats-server with JetStream (-js)");
        }
    }

    /// <summary>Hands on every result of the run that is not acknowledged yet, the oldest first, until it is cancelled.</summary>
    /// <param name="take">Called for each message, one after another; without a piece for one that is none of ours.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="NoAnswerException">The engine gives none any more; one line.</exception>
    public async Task Gather(Func<StoredPiece?, ValueTask> take, CancellationToken stop)
    {
        INatsJSConsumer results = _results ?? throw new InvalidOperationException("the store is not open");
        NatsJSConsumeOpts asking = new() { MaxMsgs = MostOnTheWay, IdleHeartbeat = SignOfLife, Expires = PullLimit, MaxConsecutive503Errors = -1 };
        try
        {
            await foreach (INatsJSMsg<byte[]> message in results.ConsumeAsync<byte[]>(opts: asking, cancellationToken: stop).ConfigureAwait(false))
            {
                StoredPiece? piece = PieceOf(message);
                await take(piece).ConfigureAwait(false);
                if (piece is null)
                {
                    await Acknowledge(message).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is NatsException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new NoAnswerException($"the engine gives no results any more ({Said(Innermost(e))})");
        }
    }

    /// <summary>A new one: what an earlier one was given and did not acknowledge would come again only when its time is over.</summary>
    private static async Task<INatsJSConsumer> ConsumerOf(NatsJSContext store, string run)
    {
        string name = Subjects.Token(run);
        try
        {
            _ = await store.DeleteConsumerAsync(Subjects.ResultStream, name).ConfigureAwait(false);
        }
        catch (NatsJSApiException)
        {
            // There was none: the run begins.
        }

        return await store.CreateOrUpdateConsumerAsync(
            Subjects.ResultStream,
            new ConsumerConfig(name)
            {
                FilterSubject = Subjects.ResultsOf(run),
                AckPolicy = ConsumerConfigAckPolicy.Explicit,
                AckWait = AckWait,
                MaxAckPending = -1,
                InactiveThreshold = KeepResults,
            }).ConfigureAwait(false);
    }

    /// <returns>Null for something else than a piece.</returns>
    private static StoredPiece? PieceOf(INatsJSMsg<byte[]> stored) =>
        stored.Subject.Split('.') is [_, _, _, var host, _] && stored.Data is { } data
        && stored.Headers is { } headers && headers.TryGetValue(KeyHeader, out var key)
        && int.TryParse(headers[PieceHeader], out int piece) && int.TryParse(headers[PiecesHeader], out int pieces)
            ? new StoredPiece(host, $"{key}", piece, pieces, data, () => Acknowledge(stored))
            : null;

    public void Dispose() => Quietly(_nats.DisposeAsync).AsTask().Wait();

    /// <summary>What an engine that is gone does not hear, it gives away by itself when its time is over.</summary>
    private static async ValueTask Acknowledge(INatsJSMsg<byte[]> stored)
    {
        using CancellationTokenSource late = new(AckLimit);
        await Quietly(() => stored.AckAsync(cancellationToken: late.Token)).ConfigureAwait(false);
    }

    private static async ValueTask Quietly(Func<ValueTask> send)
    {
        try
        {
            await send().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException or ObjectDisposedException)
        {
            // Who waits for it sees that it did not come.
        }
    }

    private async Task<byte[]> RequestAsync(string subject, byte[] payload, NatsHeaders? headers, TimeSpan limit)
    {
        using CancellationTokenSource late = new(limit);
        try
        {
            NatsMsg<byte[]> answer = await _nats.RequestAsync<byte[], byte[]>(
                subject, payload, headers, replyOpts: new NatsSubOpts { Timeout = limit }, cancellationToken: late.Token).ConfigureAwait(false);
            return answer.Data ?? [];
        }
        catch (NatsNoRespondersException)
        {
            throw new NoAnswerException("no agent of that name is connected to the engine");
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            throw new NoAnswerException($"no answer within {limit.TotalSeconds:0.#} s");
        }
    }

    private static NatsTlsOpts Tls(Credentials credentials, string engine)
    {
        X509Certificate2 own;
        X509Certificate2 authority;
        try
        {
            own = X509Certificate2.CreateFromPem(credentials.Cert, credentials.Key);
            authority = X509Certificate2.CreateFromPem(credentials.Ca);
        }
        catch (CryptographicException e)
        {
            throw new UsageException($"engine: {engine}: the certificate or its key cannot be read ({e.Message}); copy the folder anew");
        }

        return new NatsTlsOpts
        {
            Mode = TlsMode.Require,
            ConfigureClientAuthentication = options =>
            {
                options.ClientCertificates = [own];
                options.LocalCertificateSelectionCallback = (_, _, _, _, _) => own;
                options.CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { authority },
                };
                return ValueTask.CompletedTask;
            },
        };
    }

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e;
    }

    private static string Said(Exception e) => e.Message.Split('\n', 2)[0].TrimEnd('.');

    /// <summary>The engine gives a handshake five seconds, which a busy host may take longer for; a refusal says what it is.</summary>
    private static bool MayBeBusy(Exception e) => e is OperationCanceledException or TimeoutException || e.GetType() == typeof(IOException);
}

using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;

namespace ReuseBench.Cluster;

/// <summary>What an agent does for a coordinator; made by whoever can start servers and swarms.</summary>
public interface IHostWork
{
    /// <summary>The host, as JSON that only the programs at both ends read.</summary>
    string Describe();

    /// <summary>Starts a server and waits until it listens.</summary>
    /// <exception cref="UsageException">It cannot be had here; one line.</exception>
    IHostTask Serve(ServerSettings settings);

    /// <summary>Starts a swarm, which waits for its target.</summary>
    /// <inheritdoc cref="Serve"/>
    IHostTask Load(LoadSettings settings);
}

/// <summary>One half of a window in progress. Disposing it ends its processes, however it stands.</summary>
public interface IHostTask : IDisposable
{
    /// <summary>What the coordinator is told at once; empty for nothing.</summary>
    string Ready { get; }

    /// <summary>Arms it, and returns before it begins.</summary>
    /// <exception cref="UsageException">It is too late, or nothing for it; one line.</exception>
    void Start(StartOrder order);

    /// <summary>Ends a server in order, or the window of a swarm before its time.</summary>
    void Finish();

    /// <summary>Its half as JSON, once it has it; fails with the reason in one line.</summary>
    Task<string> Half { get; }
}

/// <summary>What an agent lets a coordinator do: bounds what a stolen key could.</summary>
public sealed record AgentLimits
{
    /// <summary>Roles that it takes.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [WorkOrder.Load, WorkOrder.Serve];

    /// <summary>Requests per second of an open loop; null for any. With a limit there is no closed loop, whose rate nobody bounds.</summary>
    public double? MaxRate { get; init; }

    /// <summary>Networks that a swarm may load; none for any.</summary>
    public IReadOnlyList<IPNetwork> Targets { get; init; } = [];

    /// <exception cref="UsageException">The role is not allowed.</exception>
    public void RequireRole(string role)
    {
        if (!Allowed.Contains(role))
        {
            throw new UsageException($"the agent does not take the role {role}; it allows {string.Join(", ", Allowed)} (--allow)");
        }
    }

    /// <exception cref="UsageException">The load is more than is allowed.</exception>
    public void Require(LoadSettings load)
    {
        if (MaxRate is double most && !(load.Rate <= most))
        {
            throw new UsageException(load.Rate is double rate
                ? $"rate: {rate} is over what the agent allows, {most} (--max-rate)"
                : $"rate: a closed loop has none, and the agent allows {most} (--max-rate)");
        }
    }

    /// <exception cref="UsageException">The target is not allowed.</exception>
    public IPEndPoint RequireTarget(string target)
    {
        IPEndPoint endPoint = IPEndPoint.TryParse(target, out IPEndPoint? parsed)
            ? parsed
            : throw new UsageException($"target: '{target}' is no address and port");
        return Targets.Count == 0 || Targets.Any(n => n.Contains(endPoint.Address))
            ? endPoint
            : throw new UsageException($"target: {endPoint.Address} is outside what the agent allows, {string.Join(", ", Targets)} (--allow-targets)");
    }
}

/// <summary>
/// Waits for a coordinator and does its work: typed settings, one run at a time. Without a word of the coordinator it ends what runs, so that nobody loads
/// a network that has lost its experimenter.
/// </summary>
/// <param name="name">Of the host, as the hosts file has it.</param>
/// <param name="version">Of reusebench.</param>
/// <param name="link">To the engine.</param>
/// <param name="work">Who starts servers and swarms.</param>
/// <param name="limits">What is allowed.</param>
/// <param name="log">Gets a line for each thing that happens.</param>
/// <param name="clock">What it tells of its clock, in nanoseconds; null for CLOCK_MONOTONIC.</param>
public sealed class Agent(
    string name, string version, EngineLink link, IHostWork work, AgentLimits limits, TextWriter log, Func<long>? clock = null) : IDisposable
{
    /// <summary>What it answers to a beat: whether it has a half, or is still at it.</summary>
    public const string Busy = "busy";

    private const string Idle = "idle";

    /// <summary>Without a word for so long, beyond what was announced, nothing goes on.</summary>
    public static readonly TimeSpan BeatLimit = TimeSpan.FromSeconds(5);

    /// <summary>Without a word for so long the host is free for another run.</summary>
    public static readonly TimeSpan LeaseLimit = TimeSpan.FromSeconds(15);

    /// <summary>For a server that nobody ends to end in order.</summary>
    private static readonly TimeSpan FinishLimit = TimeSpan.FromSeconds(30);

    /// <summary>Of no service: a way is looked for, and nothing is sent.</summary>
    private const int AnyPort = 9;

    private static readonly TimeSpan WatchEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>For one try to hand a piece of a result to the engine, and for all of them.</summary>
    private static readonly TimeSpan StoreLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan StorePatience = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Func<long> _clock = clock ?? MonotonicClock.NowNs;
    private volatile Order? _lease;
    private volatile Job? _job;
    private WorkOrder? _preparing;
    private long _heardNs;

    /// <summary>Serves coordinators until it is cancelled.</summary>
    /// <param name="once">Ends after the first run that gives the host free.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="listens">Called once the engine knows of it.</param>
    public void Run(bool once, CancellationToken stop, Action? listens = null)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using Timer watch = new(_ => Watch(), null, WatchEvery, WatchEvery);
        try
        {
            link.Listen(
                Subjects.EveryDown(name),
                () =>
                {
                    log.WriteLine($"agent {name}: connected to {link.Engine} (waits for work)");
                    listens?.Invoke();
                },
                message => Hear(message, once ? ending.Cancel : () => { }),
                ending.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // It was told to end.
        }

        EndJob("the agent ends");
    }

    public void Dispose() => EndJob("the agent ends");

    private async Task Hear(Incoming message, Action released)
    {
        long cameNs = _clock();
        string verb = message.Subject[(message.Subject.LastIndexOf('.') + 1)..];
        if (verb == Verbs.Ping)
        {
            await message.Reply(Pong(cameNs)).ConfigureAwait(false);
            Volatile.Write(ref _heardNs, MonotonicClock.NowNs());
        }
        else if (verb == Verbs.Prepare)
        {
            // A server may take seconds to listen: pings and a stop are heard meanwhile.
            _ = Task.Factory.StartNew(() => Answer(message, verb), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        else
        {
            Answer(message, verb);
            if (verb == Verbs.Release && _lease is null)
            {
                released();
            }
        }
    }

    /// <summary>When it came and when it went, as the asker of the clock needs it.</summary>
    private byte[] Pong(long cameNs)
    {
        byte[] times = new byte[2 * sizeof(long)];
        BitConverter.TryWriteBytes(times, cameNs);
        BitConverter.TryWriteBytes(times.AsSpan(sizeof(long)), _clock());
        return times;
    }

    private void Answer(Incoming message, string verb)
    {
        Answer answer;
        try
        {
            answer = new Answer { Body = Obey(verb, message.Data) };
        }
        catch (UsageException e)
        {
            answer = new Answer { Refusal = e.Message };
        }
        catch (JsonException)
        {
            answer = new Answer { Refusal = $"{verb}: the message cannot be read; use the same reusebench on all hosts" };
        }
#pragma warning disable CA1031 // Whatever it is, the coordinator is told, and the agent goes on.
        catch (Exception e)
        {
            answer = new Answer { Refusal = e.Message.Split('\n', 2)[0] };
        }
#pragma warning restore CA1031

        if (answer.Refusal is { } refusal)
        {
            log.WriteLine($"agent {name}: {verb} refused: {refusal}");
        }

        _ = message.Reply(JsonSerializer.SerializeToUtf8Bytes(answer, ClusterJson.Default.Answer)).AsTask()
            .ContinueWith(t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private string? Obey(string verb, byte[] data) => verb switch
    {
        Verbs.Claim => Claim(Read(data, ClusterJson.Default.Order)),
        Verbs.Reach => Reach(Own(Read(data, ClusterJson.Default.ReachOrder))),
        Verbs.Prepare => Prepare(Own(Read(data, ClusterJson.Default.WorkOrder))),
        Verbs.Start => Start(Own(Read(data, ClusterJson.Default.StartOrder))),
        Verbs.Finish => Finish(Own(Read(data, ClusterJson.Default.Order))),
        Verbs.Stop => Stop(Own(Read(data, ClusterJson.Default.Order))),
        Verbs.Release => Release(Own(Read(data, ClusterJson.Default.Order))),
        Verbs.Beat => Beat(Own(Read(data, ClusterJson.Default.Order))),
        _ => throw new UsageException($"{verb}: is unknown; use the same reusebench on all hosts"),
    };

    private static T Read<T>(byte[] data, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(data, type) ?? throw new JsonException("empty");

    private string Claim(Order order)
    {
        lock (_lock)
        {
            if (_lease is { } held && held.Run != order.Run && !IsSilent(LeaseLimit))
            {
                throw new UsageException($"host {name} is being measured by the run {held.Run}; wait for its end, or end it");
            }

            if (_lease is { } newer && newer.Run == order.Run && newer.Fence > order.Fence)
            {
                throw new UsageException($"host {name}: a newer coordinator of the run {order.Run} has it");
            }

            _lease = order;
            Volatile.Write(ref _heardNs, MonotonicClock.NowNs());
        }

        EndJob("a coordinator begins");
        return JsonSerializer.Serialize(
            new HostHello { Name = name, Version = version, Allowed = [.. limits.Allowed], Facts = work.Describe() }, ClusterJson.Default.HostHello);
    }

    /// <summary>Only the coordinator that has the host is heard.</summary>
    private T Own<T>(T order)
        where T : Order
    {
        lock (_lock)
        {
            if (_lease is not { } lease || lease.Run != order.Run || lease.Fence != order.Fence)
            {
                throw new UsageException($"host {name} is not claimed by the run {order.Run}, or by a newer coordinator of it");
            }
        }

        Volatile.Write(ref _heardNs, MonotonicClock.NowNs());
        return order;
    }

    /// <summary>The kernel looks for a way when a socket is told whom it will send to.</summary>
    private static string? Reach(ReachOrder order)
    {
        IPAddress address = IPAddress.TryParse(order.Address, out IPAddress? parsed)
            ? parsed
            : throw new UsageException($"address: '{order.Address}' is none");
        using Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(address, AnyPort);
            return null;
        }
        catch (SocketException e)
        {
            throw new UsageException($"has no way to {address} ({e.Message})");
        }
    }

    private string Prepare(WorkOrder order)
    {
        EndJob("another repeat begins");
        lock (_lock)
        {
            _preparing = order;
        }

        limits.RequireRole(order.Role);
        Job job;
        if (order.Role == WorkOrder.Load)
        {
            LoadSettings load = order.ReadLoad();
            limits.Require(load);
            job = new Job(order, work.Load(load));
        }
        else
        {
            job = new Job(order, work.Serve(order.ReadServer()));
        }

        string? late;
        lock (_lock)
        {
            late = _lease?.Fence != order.Fence ? "another coordinator came meanwhile"
                : !ReferenceEquals(_preparing, order) ? "another order came meanwhile"
                : null;
            if (late is null)
            {
                _preparing = null;
                _job = job;
            }
        }

        if (late is not null)
        {
            // What was asked for later goes on.
            job.IsEnded = true;
            job.Task.Dispose();
            throw new UsageException($"host {name}: {late}");
        }

        _ = HandOver(job);
        log.WriteLine($"agent {name}: {order.Role} prepared for {order.Key.Text}, attempt {order.Key.Attempt}");
        return job.Task.Ready;
    }

    private string? Start(StartOrder order)
    {
        Job job = Current();
        if (job.Order.Role == WorkOrder.Load)
        {
            _ = limits.RequireTarget(order.Target);
        }

        Volatile.Write(ref job.SilentUntilNs, order.SilentUntilNs);
        job.Task.Start(order);
        job.IsArmed = true;
        log.WriteLine($"agent {name}: {job.Order.Role} of {job.Order.Key.Text} told when to begin");
        return null;
    }

    private string? Finish(Order order)
    {
        Current().Task.Finish();
        return null;
    }

    private string? Stop(Order order)
    {
        EndJob("the coordinator ends it");
        return null;
    }

    private string? Release(Order order)
    {
        EndJob("the run is over");
        lock (_lock)
        {
            _lease = null;
        }

        log.WriteLine($"agent {name}: free");
        return null;
    }

    private string Beat(Order order) => _job is null ? Idle : Busy;

    private Job Current() => _job ?? throw new UsageException($"host {name} has nothing prepared");

    /// <summary>Waits for the half, and hands it to the engine until that has it: a result outlives a cut and a new start of the engine.</summary>
    private async Task HandOver(Job job)
    {
        HostOutcome outcome;
        try
        {
            outcome = new HostOutcome { Half = await job.Task.Half.ConfigureAwait(false) };
        }
        catch (OperationCanceledException)
        {
            return;
        }
#pragma warning disable CA1031 // Whatever it is, the coordinator is told.
        catch (Exception e)
        {
            outcome = new HostOutcome { Error = e.Message.Split('\n', 2)[0] };
        }
#pragma warning restore CA1031

        if (job.IsEnded)
        {
            return;
        }

        IReadOnlyList<byte[]> pieces = ResultPieces.Cut(outcome);
        string subject = Subjects.Result(job.Order.Run, name);
        string key = Coordinator.KeyText(job.Order.Key, job.Order.Fence);
        long untilNs = MonotonicClock.NowNs() + (long)StorePatience.TotalNanoseconds;
        for (int piece = 0; piece < pieces.Count && !job.IsEnded;)
        {
            try
            {
                _ = link.Store(subject, key, piece, pieces.Count, pieces[piece], StoreLimit);
                piece++;
            }
            catch (NoAnswerException e) when (MonotonicClock.NowNs() < untilNs)
            {
                log.WriteLine($"agent {name}: {e.Message}; sends the result again");
                await Task.Delay(StoreLimit / 10).ConfigureAwait(false);
            }
        }

        if (!job.IsEnded)
        {
            string result = outcome.Error is { } error ? $" without a result: {error}" : "";
            log.WriteLine($"agent {name}: {job.Order.Role} of {job.Order.Key.Text} handed over{result}");
        }
    }

    private void Watch()
    {
        if (_job is not { } job || !IsSilent(BeatLimit)
            || MonotonicClock.NowNs() <= Volatile.Read(ref job.SilentUntilNs) + (long)BeatLimit.TotalNanoseconds
            || job.Task.Half.IsCompleted)
        {
            // One that has its half runs no more: what is left to do is to hand it over, however long the engine is away.
            return;
        }

        string why = $"no word from the coordinator for {BeatLimit.TotalSeconds:0} s";
        if (job.Order.Role != WorkOrder.Serve || !job.IsArmed)
        {
            EndJob(why);
        }
        else if (job.FinishedNs == 0)
        {
            // All that it had to serve is over: its half is of use to a coordinator that goes on with the run.
            job.FinishedNs = MonotonicClock.NowNs();
            log.WriteLine($"agent {name}: {job.Order.Role} of {job.Order.Key.Text} ends by itself: {why}");
            job.Task.Finish();
        }
        else if (MonotonicClock.NowNs() > job.FinishedNs + (long)FinishLimit.TotalNanoseconds)
        {
            EndJob(why);
        }
    }

    private bool IsSilent(TimeSpan limit) => MonotonicClock.NowNs() - Volatile.Read(ref _heardNs) > (long)limit.TotalNanoseconds;

    private void EndJob(string why)
    {
        Job? job;
        lock (_lock)
        {
            job = _job;
            _job = null;
            _preparing = null;
        }

        if (job is null)
        {
            return;
        }

        if (!job.Task.Half.IsCompleted)
        {
            log.WriteLine($"agent {name}: {job.Order.Role} of {job.Order.Key.Text} ended: {why}");
        }

        job.IsEnded = true;
        job.Task.Dispose();
    }

    /// <summary>What is in progress.</summary>
    private sealed class Job(WorkOrder order, IHostTask task)
    {
        public long SilentUntilNs;
        public volatile bool IsEnded;
        public volatile bool IsArmed;

        /// <summary>When it was told to end for want of a coordinator; 0 for not yet. Only the watch knows of it.</summary>
        public long FinishedNs;

        public WorkOrder Order { get; } = order;

        public IHostTask Task { get; } = task;
    }
}

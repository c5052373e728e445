using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Cluster;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Bench.Hosted;

/// <summary>What an agent of this host does: the same children as on one machine, one half of a window each.</summary>
/// <param name="cpus">That it may use; none for all of this process.</param>
/// <param name="log">Gets what the children say.</param>
internal sealed class HostWork(CpuList cpus, TextWriter log) : IHostWork
{
    private readonly KernelTraits _traits = KernelTraits.Read();
    private readonly Lazy<double> _roundsPerUs = new(() => ServiceWork.Calibrate(PinningOrder.Of(CpusOf(cpus).Cpus)[0]));

    /// <inheritdoc/>
    public string Describe()
    {
        IReadOnlyList<CpuTopology.Place> places = CpuTopology.Read().Cpus;
        CpuList own = CpusOf(cpus);
        CpuPlan plan = new(own, own, Disjoint: true);
        HostDescription description = new()
        {
            Facts = HostFactsReader.Read(plan, places, _traits),
            Cpus = $"{own}",
            Cores = places.Where(p => own.Cpus.Contains(p.Cpu)).Select(p => p.Siblings.Min()).Distinct().Count(),
            RoundsPerUs = _roundsPerUs.Value,
            Addresses = [.. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => $"{new IPAddress(a.Address.GetAddressBytes())}").Distinct()],
            Cards = CardsByAddress(),
            ClockState = ClockDiscipline.Read().State,
        };
        return JsonSerializer.Serialize(description, HostedJson.Default.HostDescription);
    }

    private static SortedDictionary<string, NetworkCard> CardsByAddress()
    {
        SortedDictionary<string, NetworkCard> cards = new(StringComparer.Ordinal);
        foreach (NetworkInterface found in NetworkInterface.GetAllNetworkInterfaces())
        {
            NetworkCard card = NetworkCard.Read(found.Name);
            foreach (UnicastIPAddressInformation address in found.GetIPProperties().UnicastAddresses)
            {
                cards[$"{new IPAddress(address.Address.GetAddressBytes())}"] = card;
            }
        }

        return cards;
    }

    /// <inheritdoc/>
    public IHostTask Serve(ServerSettings settings)
    {
        if (settings.Program is { } program)
        {
            throw new UsageException($"server: {program} is of somebody else, and an agent starts servers of ours only");
        }

        return ServerTask.Begin(settings with { Cpus = settings.Cpus.IsEmpty ? CpusOf(cpus) : Own(settings.Cpus) }, _traits, new RepeatLog(log));
    }

    /// <inheritdoc/>
    public IHostTask Load(LoadSettings settings) =>
        SwarmTask.Begin(settings with { Cpus = settings.Cpus.IsEmpty ? CpusOf(cpus) : Own(settings.Cpus) }, new RepeatLog(log));

    private CpuList Own(CpuList asked)
    {
        CpuList own = CpusOf(cpus);
        return asked.Cpus.All(own.Cpus.Contains) ? asked : throw new UsageException($"cpus: {asked} are not all of this agent's, {own}; name some of these");
    }

    private static CpuList CpusOf(CpuList given) => given.IsEmpty ? new CpuList(CpuAffinity.OfCurrentThread()) : given;
}

/// <summary>A half on a thread of its own, which its processes die with.</summary>
internal abstract class HostTask : IHostTask
{
    private readonly TaskCompletionSource<string> _half = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<StartOrder> _start = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _end = new();
    private Thread? _thread;

    public string Ready => _ready.Task.GetAwaiter().GetResult();

    public Task<string> Half => _half.Task;

    /// <summary>Ends the half early.</summary>
    protected CancellationToken Ended => _end.Token;

    public void Start(StartOrder order)
    {
        long lateNs = MonotonicClock.NowNs() - order.EpochNs;
        if (lateNs > 0)
        {
            throw new UsageException($"too late by {lateNs / 1e6:0.###} ms");
        }

        _start.TrySetResult(order);
    }

    public abstract void Finish();

    public void Dispose()
    {
        _end.Cancel();
        _start.TrySetCanceled();
        Abort();
        _thread?.Join();
        _half.TrySetCanceled();
        _end.Dispose();
    }

    /// <summary>Ends what the thread waits for; called from another thread.</summary>
    protected abstract void Abort();

    /// <summary>Begins on its thread, and waits until it is ready.</summary>
    /// <exception cref="UsageException">It cannot be had here.</exception>
    protected void Begin()
    {
        _thread = new Thread(Run) { Name = "half", IsBackground = true };
        _thread.Start();
        try
        {
            _ = Ready;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>All of it, on its thread.</summary>
    /// <param name="ready">To be called once it is ready, with what the coordinator is told.</param>
    /// <param name="start">Waits for the order to start.</param>
    /// <returns>The half as JSON.</returns>
    protected abstract string Measure(Action<string> ready, Func<StartOrder> start);

    private void Run()
    {
        try
        {
            _half.TrySetResult(Measure(text => _ready.TrySetResult(text), () => _start.Task.GetAwaiter().GetResult()));
        }
        catch (OperationCanceledException)
        {
            _ready.TrySetException(new UsageException("it was ended before it was ready"));
            _half.TrySetCanceled();
        }
#pragma warning disable CA1031 // Whatever it is, the coordinator is told.
        catch (Exception e)
        {
            UsageException told = e as UsageException ?? new UsageException(OneLine.Of(e.Message));
            _ready.TrySetException(told);
            _half.TrySetException(told);
        }
#pragma warning restore CA1031
    }
}

/// <summary>The server's half: samples are taken at the moments that the coordinator named, not when a swarm says so.</summary>
internal sealed class ServerTask : HostTask
{
    private readonly ManualResetEventSlim _finish = new();
    private readonly ServerSettings _settings;
    private readonly KernelTraits _traits;
    private readonly RepeatLog _log;

    private ServerTask(ServerSettings settings, KernelTraits traits, RepeatLog log)
    {
        _settings = settings;
        _traits = traits;
        _log = log;
    }

    /// <exception cref="UsageException">It cannot be had here.</exception>
    public static ServerTask Begin(ServerSettings settings, KernelTraits traits, RepeatLog log)
    {
        ServerTask task = new(settings, traits, log);
        task.Begin();
        return task;
    }

    public override void Finish() => _finish.Set();

    protected override void Abort() => _finish.Set();

    protected override string Measure(Action<string> ready, Func<StartOrder> start)
    {
        CpuList occupied = new(PinningOrder.Of(_settings.Cpus.Cpus).Take(_settings.Workers));
        CardWatch card = new(_settings.Bind);
        double slewPpm = ClockDiscipline.Read().SlewPpm;
        using ServerSide side = new(_traits, occupied);
        side.Start(new OwnChildren(driver: null, _log, startOn: CpuList.None, measurement: CpuList.None), _settings);

        // Compiles it: the mark is no time for that.
        side.Mark(Signal(LoadSignal.Begin));
        ready(JsonSerializer.Serialize(side.Ready, WireJson.Default.ServerReady));
        StartOrder order = start();
        SleepUntil(order.BeginNs);
        Mark(LoadSignal.Begin);
        SleepUntil(order.EndNs);
        Mark(LoadSignal.End);
        _finish.Wait(Ended);
        ServerHalf half = side.Finish();
        return JsonSerializer.Serialize(
            ServerHalfDocument.From(half, card.Use, Math.Max(slewPpm, ClockDiscipline.Read().SlewPpm)), HostedJson.Default.ServerHalfDocument);

        void Mark(string signal)
        {
            LoadSignal mark = Signal(signal);
            side.Mark(mark);
            card.Report(mark);
        }
    }

    private static LoadSignal Signal(string signal) => new() { Signal = signal, TimeNs = MonotonicClock.NowNs() };

    private void SleepUntil(long dueNs)
    {
        // A wait on a handle counts in milliseconds and can be ended; the last two are slept exactly.
        const long LastNs = 2_000_000;
        long leftNs = dueNs - MonotonicClock.NowNs();
        if (leftNs > LastNs)
        {
            Ended.WaitHandle.WaitOne((int)Math.Min(int.MaxValue, (leftNs - LastNs) / 1_000_000));
        }

        Ended.ThrowIfCancellationRequested();
        MonotonicClock.SleepUntil(dueNs);
    }
}

/// <summary>A swarm's half: the child that every load is, told when to begin.</summary>
internal sealed class SwarmTask : HostTask
{
    private readonly LoadSettings _settings;
    private readonly RepeatLog _log;
    private readonly Lock _lock = new();
    private SwarmChild? _swarm;
    private bool _isFinished;

    private SwarmTask(LoadSettings settings, RepeatLog log)
    {
        _settings = settings;
        _log = log;
    }

    /// <exception cref="UsageException">It cannot be had here.</exception>
    public static SwarmTask Begin(LoadSettings settings, RepeatLog log)
    {
        SwarmTask task = new(settings, log);
        task.Begin();
        return task;
    }

    public override void Finish()
    {
        lock (_lock)
        {
            _isFinished = true;
            _swarm?.Terminate();
        }
    }

    protected override void Abort()
    {
        lock (_lock)
        {
            _swarm?.Kill();
        }
    }

    protected override string Measure(Action<string> ready, Func<StartOrder> start)
    {
        CardWatch card = new(_settings.Sources.IsAny ? null : _settings.Sources[0]);
        double slewPpm = ClockDiscipline.Read().SlewPpm;
        LoadWatch watch = new(_settings, card);
        using SwarmChild swarm = SwarmChild.Start(_settings, driver: null, _log);
        ready("");
        StartOrder order = start();
        swarm.Aim(IPEndPoint.Parse(order.Target), order.EpochNs, order.LaterNs);
        LoadDocument document = Follow(swarm, watch);
        HostSight sight = watch.End(document, LoadWatch.IsLocal(IPEndPoint.Parse(order.Target).Address));
        SwarmHalfDocument half = new()
        {
            Document = document,
            Sight = sight,
            OwnReasons = LoadRow.Of(_settings, document, sight).Verdict.Codes,
            Card = card.Use,
            ClockSlewPpm = Math.Max(slewPpm, ClockDiscipline.Read().SlewPpm),
        };
        return JsonSerializer.Serialize(half, HostedJson.Default.SwarmHalfDocument);
    }

    /// <exception cref="OperationCanceledException">It was ended from outside.</exception>
    private LoadDocument Follow(SwarmChild swarm, LoadWatch watch)
    {
        SetSwarm(swarm);
        try
        {
            return swarm.Follow(watch.Report);
        }
        catch (RepeatFailedException) when (Ended.IsCancellationRequested)
        {
            throw new OperationCanceledException();
        }
        finally
        {
            SetSwarm(null);
        }
    }

    private void SetSwarm(SwarmChild? swarm)
    {
        lock (_lock)
        {
            _swarm = swarm;
            if (Ended.IsCancellationRequested)
            {
                // It was ended in the moment between its aim and this.
                swarm?.Kill();
            }
            else if (_isFinished)
            {
                swarm?.Terminate();
            }
        }
    }
}

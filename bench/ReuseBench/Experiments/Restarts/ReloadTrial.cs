using System.Net;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>
/// One reload of a server of somebody else under probes: server up, swarm on, load state made, reload, swarm off. What is lost is counted by the swarm;
/// the server is looked at from outside. Runs on the measurement's thread.
/// </summary>
/// <param name="context">Of the repeat.</param>
internal sealed class ReloadTrial(RepeatContext context)
{
    private const int InFlightCount = 32;

    /// <summary>Probes before the reload: what is normal here.</summary>
    private static readonly Duration Lead = Duration.FromMilliseconds(500);

    /// <summary>Probes after the reload is over: what it left queued is answered, or reset, by then.</summary>
    private static readonly Duration Tail = Duration.FromMilliseconds(700);

    /// <summary>From the reload to the second halves of the requests in flight.</summary>
    private static readonly Duration InFlightDelay = Duration.FromMilliseconds(5);

    /// <summary>For how long frozen workers stand still before the server is told, and again after that: a queue of that length times the rate.</summary>
    private static readonly Duration Frozen = Duration.FromMilliseconds(250);

    /// <summary>What the processes take at most beside the waits of the trial.</summary>
    private static readonly Duration ProcessLimit = Duration.FromSeconds(60);

    private readonly Cell _planned = context.Cell;
    private readonly RestartSettings _settings = context.Cell.Restart!;
    private readonly CancellationToken _cancel = context.Cancel;
    private KernelCounts? _before;

    /// <exception cref="RepeatFailedException">It did not run to its end.</exception>
    /// <exception cref="RepeatSkippedException">It needs what there is not here.</exception>
    public RestartMeasurement Run()
    {
        RestartTrial.Apply(_settings.MigrateReq, context.Isolated);
        Cell cell = _planned with
        {
            Server = _planned.Server with { Cpus = context.Cpus.Server },
            Load = RestartLoadSettings.Of(_planned, context.Cpus.Client, context.Seed, Lead + _settings.Timeout + ProcessLimit + Tail),
        };
        CpuList watched = OccupiedCpus.Of(cell).All;
        Canary canary = new(watched);
        canary.Take();
        DateTime started = DateTime.UtcNow;
        using ISwarm probes = context.Children.StartSwarm(cell.Load);
        using IServerUnderTest server = context.Children.StartServer(cell.Server);
        SockAddr target = SockAddr.From(IPAddress.Parse(server.Ready.Address), (ushort)server.Ready.Port);
        using InFlightRequests inFlight = InFlightRequests.Send(target, _settings.Load, InFlightCount);
        (ServerReloaded reloaded, LoadDocument swarm, CpuShares others) = Probe(probes, server, inFlight, watched);
        if (swarm.Attempts?.Dropped > 0)
        {
            throw new RepeatFailedException(
                $"{swarm.Attempts.Dropped} attempts no longer fitted the record, so that neither gap nor losses are known; lower rate");
        }

        int lost = inFlight.CountLost();
        _ = server.Stop();
        KernelCounts kernel = KernelCounts.Read() - _before!;
        canary.Take();
        return new RestartMeasurement
        {
            Planned = _planned,
            Cell = cell,
            Repeat = context.Repeat,
            Cpus = context.Cpus,
            Isolated = context.Isolated,
            Traits = context.Traits,
            StartedUtc = started,
            Acts = new RestartActs { StopNs = reloaded.ToldNs, GoneNs = reloaded.OverNs },
            Swarm = swarm,
            Others = others,
            Events = [],
            Program = server.Ready,
            Reloaded = reloaded,
            Workers = [],
            Kernel = kernel,
            CpuSpeed = canary.Slowest,
            OwnRequests = 0,
            InFlight = inFlight.Count,
            InFlightLost = lost,
        };
    }

    private (ServerReloaded Reloaded, LoadDocument Swarm, CpuShares Others) Probe(
        ISwarm probes, IServerUnderTest server, InFlightRequests inFlight, CpuList watched)
    {
        ServerReloaded? reloaded = null;
        CpuReading? begin = null;
        CpuReading? end = null;
        using CancellationTokenRegistration registration = _cancel.Register(probes.Terminate);
        probes.Aim(server.Ready);
        LoadDocument document = probes.Follow(signal =>
        {
            if (signal.Signal == LoadSignal.Begin && reloaded is null)
            {
                // What this thread does from here on is to hold up no probe.
                using ThreadPin pin = ThreadPin.To(context.Cpus.Server);
                begin = Read(watched, server);
                Sleep(Lead);
                _before = KernelCounts.Read();
                reloaded = Reload(server, inFlight);
                Sleep(Tail);
                end = Read(watched, server);
                probes.Terminate();
            }
        });
        _cancel.ThrowIfCancellationRequested();
        if (reloaded is null || begin is null || end is null)
        {
            throw new RepeatFailedException("the swarm did not mark the beginning of its window");
        }

        Dictionary<int, long> clients = document.ClientThreadDetails.Where(t => t.Cpu is not null).GroupBy(t => t.Cpu!.Value)
            .ToDictionary(threads => threads.Key, threads => (long)(threads.Sum(t => t.CpuS) * 1e9));
        return (reloaded, document, CpuShares.Between(begin, end, clients, context.Traits.Interrupts));
    }

    /// <summary>With what the server's processes used, those that have gone included, which are below the one that looks after them.</summary>
    private static CpuReading Read(CpuList watched, IServerUnderTest server)
    {
        CpuReading reading = CpuReading.Take(watched, new Dictionary<int, long>());
        return reading with { OwnNs = reading.OwnNs + ProcessFamily.CpuNsBelow(server.Ready.Pid) };
    }

    private ServerReloaded Reload(IServerUnderTest server, InFlightRequests inFlight)
    {
        // On a thread of its own: the reload is waited for meanwhile.
        Task completed = Task.Factory.StartNew(
            () =>
            {
                if (inFlight.Count > 0)
                {
                    Sleep(InFlightDelay);
                    inFlight.Complete();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        ServerReloaded reloaded = server.Reload(_settings.ServerReload!, _settings.Load == RestartLoad.Frozen ? Frozen : null);
        completed.Wait(CancellationToken.None);
        return reloaded;
    }

    private void Sleep(Duration duration) => _cancel.WaitHandle.WaitOne(duration.ToTimeSpan());
}

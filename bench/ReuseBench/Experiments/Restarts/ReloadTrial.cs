using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>
/// One reload of a server of somebody else under probes, or several without a wait for each other: server up, swarm on, load state made, reload, swarm off.
/// What is lost is counted by the swarm; the server is looked at from outside. Runs on the measurement's thread.
/// </summary>
/// <param name="context">Of the repeat.</param>
internal sealed class ReloadTrial(RepeatContext context)
{
    /// <summary>Probes before the reload: what is normal here.</summary>
    private static readonly Duration Lead = Duration.FromMilliseconds(500);

    /// <summary>Probes after the reload is over: what it left queued is answered, or reset, by then.</summary>
    private static readonly Duration Tail = Duration.FromMilliseconds(700);

    /// <summary>For how long frozen workers stand still before the server is told, and again after that: a queue of that length times the rate.</summary>
    private static readonly Duration Frozen = Duration.FromMilliseconds(250);

    /// <summary>What the processes take at most beside the waits of the trial.</summary>
    private static readonly Duration ProcessLimit = Duration.FromSeconds(60);

    private readonly Cell _planned = context.Cell;
    private readonly RestartSettings _settings = context.Cell.Restart!;
    private KernelCounts? _before;

    /// <exception cref="RepeatFailedException">It did not run to its end.</exception>
    /// <exception cref="RepeatSkippedException">It needs what there is not here.</exception>
    public RestartMeasurement Run()
    {
        RestartTrial.Apply(_settings.MigrateReq, context.Isolated);
        Cell cell = _planned with
        {
            Server = _planned.Server with { Cpus = context.Cpus.Server, CountAccepts = ResultRows.CountsAccepts(_planned) },
            Load = RestartLoadSettings.Of(
                _planned, context.ServerAddress is null ? context.Cpus.Client : CpuList.None, context.Seed,
                Lead + _settings.Timeout + ProcessLimit + (_planned.Server.RestartEvery * (_settings.Count - 1)) + Tail),
        };
        CpuList watched = OccupiedCpus.Of(cell).All;
        Canary canary = new(watched);
        canary.Take();
        DateTime started = DateTime.UtcNow;
        using ISwarm probes = context.Children.StartSwarm(cell.Load);
        KernelCounts atStart = KernelCounts.Read();

        // When it reloads is for this program to say, not for the server to know.
        using IServerUnderTest server = context.Children.StartServer(
            cell.Server with { RestartEvery = Cell.Blank.Server.RestartEvery, Bind = context.ServerAddress ?? cell.Server.Bind });
        (ServerReloaded reloaded, LoadDocument swarm, CpuShares others) =
            new ProbedWindow(context, Lead, Tail, "rate").Run(probes, server.Ready, () => Read(watched, server), () => Reload(server));
        ServerStats stats = server.Stop();
        KernelCounts atEnd = KernelCounts.Read();
        KernelCounts kernel = atEnd - _before!;
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
            Handshakes = stats.Outside?.OwnConnections is null ? null : atEnd.PassiveOpens - atStart.PassiveOpens,
            OwnConnections = stats.Outside?.OwnConnections ?? 0,
            Stats = stats,
            CpuSpeed = canary.Slowest,
            OwnRequests = 0,
            InFlight = 0,
            InFlightLost = 0,
        };
    }

    /// <summary>With what the server's processes used, those that have gone included, which are below the one that looks after them.</summary>
    private static CpuReading Read(CpuList watched, IServerUnderTest server)
    {
        CpuReading reading = CpuReading.Take(watched, new Dictionary<int, long>());
        return reading with { OwnNs = reading.OwnNs + ProcessFamily.CpuNsBelow(server.Ready.Pid) };
    }

    private ServerReloaded Reload(IServerUnderTest server)
    {
        _before = KernelCounts.Read();
        return server.Reload(new ReloadOrder(_settings.ServerReload)
        {
            Frozen = _settings.Load == RestartLoad.Frozen ? Frozen : null,
            Times = _settings.Count,
            Every = _planned.Server.RestartEvery,
            Limit = _settings.Timeout,
        });
    }
}

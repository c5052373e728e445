using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Restarts;

/// <summary>The probing swarm of a restart: an open loop of single connections, each attempt recorded.</summary>
internal static class RestartLoadSettings
{
    /// <summary>Of the timeline: a probe or so. <see cref="RestartTimeline"/> puts together what is of no interest.</summary>
    private static readonly Duration Fine = Duration.FromMilliseconds(1);

    private static readonly Duration Patience = Duration.FromSeconds(10);

    /// <summary>The same whatever a matrix sets: the standing queue grows through it, and its length is to be comparable.</summary>
    public static readonly Duration Warmup = Duration.FromMilliseconds(300);

    private const int SameTuples = 256;

    /// <param name="cell">As planned.</param>
    /// <param name="cpus">For the swarm.</param>
    /// <param name="seed">Of this repeat.</param>
    /// <param name="longest">The window is ended when the restart is over, at the latest after this.</param>
    public static LoadSettings Of(Cell cell, CpuList cpus, ulong seed, Duration longest)
    {
        RestartSettings restart = cell.Restart!;
        double rate = RateOf(cell);
        // What waits in a queue, or at a listener that outlives its server, is slow and not lost: it is to be seen to its end.
        bool waits = restart.Load == RestartLoad.Queued || RestartRules.KeepsListener(restart.Method);
        Duration timeout = waits && cell.Load.Timeout < Patience ? Patience : cell.Load.Timeout;
        LoadSettings load = cell.Load with
        {
            Workload = Workload.Connect,
            Rate = rate,
            Warmup = Warmup,
            // Probes come at their rate from the first on.
            Ramp = Duration.Zero,
            // None of them waits for another: all that can be under way until they time out.
            Connections = (int)Math.Clamp(rate * Math.Max(timeout.Seconds, cell.Load.ConnectTimeout.Seconds), 64, 16_384),
            Threads = 1,
            Timeout = timeout,
            Close = ConnectionClose.Rst,
            Duration = longest,
            Interval = Fine,
            RecordAttempts = true,
            Cpus = cpus,
            Seed = seed,
        };
        return restart.Method == RestartMethod.NoneSameTuples
            ? load with
            {
                Sources = AddressSet.Parse($"{TimeWaits.Source}", "sources"),
                SourcePlan = new SourcePlan(SourcePlanKind.Sequential),
                SourcePorts = new PortRange(TimeWaits.FirstPort, TimeWaits.FirstPort + SameTuples - 1),
                Connections = SameTuples,
            }
            : load;
    }

    public static double RateOf(Cell cell) => cell.Load.Rate ?? RestartRules.DefaultProbeRate;
}

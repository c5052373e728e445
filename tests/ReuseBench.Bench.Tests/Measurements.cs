using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests;

/// <summary>Measurements made up for tests: two workers, 30 connections of one answer each, all counts in agreement.</summary>
internal static class Measurements
{
    public static Measurement Agreeing(Variant variant = Variant.Reuseport) => new()
    {
        Cell = Cell.Blank with
        {
            Server = new ServerSettings { Variant = variant, Workers = 2 },
            Load = new LoadSettings { Workload = Workload.Connect, Interval = Duration.FromMilliseconds(1) },
        },
        Repeat = 1,
        Cpus = new CpuPlan(new CpuList([0]), new CpuList([1]), Disjoint: true),
        Isolated = true,
        StartedUtc = DateTime.UnixEpoch,
        Ready = new ServerReady { Address = "127.0.0.1", Port = 1, Pid = 1, Pids = [1], Variant = "", Workers = 2, Threads = 2, Listeners = 2, Options = [] },
        Stats = new ServerStats { Accepted = 30, Requests = 30, BadRequests = 0, Restarts = 0, CpuS = 0.5, Workers = [Worker(0, 10), Worker(1, 20)] },
        Swarm = new LoadDocument
        {
            DurationS = 1,
            Requests = 30,
            ThroughputRps = 30,
            ClientCpuS = 0.25,
            Life = new LifeCounts { ConnectsStarted = 30, ConnectionsOpened = 30, RequestsSent = 30, Answers = 30 },
            AnswersByWorker = new SortedDictionary<string, long> { ["0"] = 10, ["1"] = 20 },
        },
        Window = Windows.OfOneSecond(Windows.Cpu(0, tasks: 50), Windows.Cpu(1, tasks: 25)),
        Traits = new KernelTraits(InterruptTime.Process, NanosecondPacing: true, CpuQuota: null),
        Kernel = new KernelCounts(PassiveOpens: 30, ResetsSent: 0, Retransmits: 0, SynRetransmits: 2, ListenOverflows: 0, ListenDrops: 0,
            MigrateSuccess: 0, MigrateFailure: 0),
        Events = [],
    };

    public static WorkerStats Worker(int worker, long count) => new()
    {
        Worker = worker,
        Pid = 1,
        Accepted = count,
        AcceptedReset = 0,
        AcceptedLocal = 0,
        Requests = count,
        BadRequests = 0,
        CpuS = 0,
        VoluntarySwitches = 0,
        InvoluntarySwitches = 0,
    };
}

using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Core.Tests;

public sealed class VerdictTests
{
    private static readonly Evidence Clean = new()
    {
        Experiment = Experiment.Throughput,
        Load = LoadShape.Closed,
        Requests = 100_000,
        ClientNeverIdleShare = 0.49,
        ServerBusyShare = 0.99,
        ListenOverflows = 0,
        ListenDrops = 0,
        StealShare = 0,
        BackgroundShare = 0,
        Workers = 2,
        ServerCpus = 4,
        DisjointCpus = true,
        CountsAgree = true,
    };

    public static TheoryData<string, Evidence> Convictions => new()
    {
        { "nothing-measured", Clean with { Requests = 0 } },
        { "not-the-mode", Clean with { Listeners = 1, ListenersMeant = 2 } },
        { "client-saturated", Clean with { ClientNeverIdleShare = 0.99, ServerBusyShare = 0.6 } },
        { "client-saturated", Clean with { ClientNeverIdleShare = 0.94, ServerBusyShare = 0.70 } },
        { "client-saturated", Clean with { ClientNeverIdleShare = null, ClientBusyShare = 0.97, ServerBusyShare = 0.6 } },
        { "client-saturated", Clean with { ClientNeverIdleShare = 0.96, ServerBusyShare = null } },
        { "client-saturated;generator-behind-schedule", Clean with { Load = LoadShape.Open, ClientNeverIdleShare = 0.96, ServerBusyShare = 0.9 } },
        { "server-not-at-limit", Clean with { ClientNeverIdleShare = 0.993, ServerBusyShare = 0.907 } },
        { "server-not-at-limit", Clean with { ClientNeverIdleShare = 0.5, ServerBusyShare = 0.6 } },
        { "server-not-at-limit", Clean with { ClientNeverIdleShare = 0.5, ServerBusyShare = 0.6, BusiestServerCpuShare = 0.9 } },
        { "server-not-at-limit", Clean with { ClientNeverIdleShare = null, ServerBusyShare = 0.6 } },
        { "server-not-at-limit;background-load", Clean with { ServerBusyShare = 0.6, BusiestServerCpuShare = 1, BackgroundShare = 0.1 } },
        { "server-not-at-limit;background-load-heavy", Clean with { ServerBusyShare = 0.6, BusiestServerCpuShare = 1, BackgroundShare = 0.4 } },
        { "server-not-at-limit", Clean with { ServerBusyShare = 0.6, MeanServerCpuShare = 0.7, BusiestServerCpuShare = 0.8, Workers = 1 } },

        // Like with like: the mean of the threads against the mean of the workers, the busiest against the busiest.
        {
            "client-saturated",
            Clean with
            {
                ClientNeverIdleShare = 0.97,
                ClientMeanLoadShare = 0.96,
                ServerBusyShare = 0.6,
                BusiestServerCpuShare = 0.99,
            }
        },
        {
            "client-saturated",
            Clean with
            {
                ClientNeverIdleShare = 0.99,
                ClientMeanLoadShare = 0.6,
                ServerBusyShare = 0.6,
                BusiestServerCpuShare = 0.7,
            }
        },
        {
            "server-not-at-limit",
            Clean with
            {
                ClientNeverIdleShare = 0.97,
                ClientMeanLoadShare = 0.65,
                ServerBusyShare = 0.6,
                BusiestServerCpuShare = 0.9,
            }
        },
        { "client-saturated", Clean with { ClientNeverIdleShare = 0.5, ClientBusyShare = 0.98, ServerBusyShare = 0.6 } },

        // A persistent connection stays with its worker: when that is full, the client waits for it.
        {
            "placement",
            Clean with
            {
                ClientNeverIdleShare = 0.97,
                ClientMeanLoadShare = 0.96,
                ServerBusyShare = 0.6,
                BusiestServerCpuShare = 0.99,
                ConnectionsStay = true,
            }
        },
        { "placement", Clean with { ServerBusyShare = 0.6, BusiestServerCpuShare = 0.97 } },

        // Pinned workers: their own time, whatever else their CPUs did.
        { "placement", Clean with { ServerBusyShare = 0.6, MeanWorkerShare = 0.5, BusiestWorkerShare = 0.96, BusiestServerCpuShare = 0.99 } },
        { "server-not-at-limit", Clean with { ServerBusyShare = 0.7, MeanWorkerShare = 0.7, BusiestWorkerShare = 0.9, BusiestServerCpuShare = 0.99 } },
        {
            "server-not-at-limit;background-load",
            Clean with { ServerBusyShare = 0.94, MeanWorkerShare = 0.94, BusiestWorkerShare = 0.94, MeanServerCpuShare = 1, BackgroundShare = 0.06 }
        },
        { "placement", Clean with { ServerBusyShare = 0.6, MeanServerCpuShare = 0.6, BusiestServerCpuShare = 0.97, Workers = 4 } },
        { "generator-stalled", Clean with { WindowS = 2, Stalls = 1, StalledTotalMs = 21 } },
        { "generator-stalled", Clean with { Load = LoadShape.Open, WindowS = 3, Stalls = 2, StalledTotalMs = 400 } },
        { "generator-stalled-briefly", Clean with { WindowS = 2, Stalls = 1, StalledTotalMs = 19 } },
        { "source-ports", Clean with { SourcePortsAvailable = 28_232, SourcePortsNeeded = 15_000, Connects = 100_000, SlowConnects = 3 } },
        {
            "addresses-short;source-ports",
            Clean with
            {
                SourcePortsAvailable = 28_232,
                SourcePortsNeeded = 28_232,
                Connects = 1_000_000,
                ErrorsAddress = 1,
            }
        },
        {
            "source-ports-used-up",
            Clean with
            {
                SourcePortsAvailable = 28_232,
                SourcePortsNeeded = 28_000,
                Connects = 10_000,
                SlowConnects = 101,
                ClientNeverIdleShare = 1,
                ServerBusyShare = 0.1,
                Load = LoadShape.Open,
            }
        },
        { "connections-missing", Clean with { ConnectionsMissing = 1 } },
        // 1000/s × 50 ms are 50 connections; the swarm's half CPU explains half a connection more, and 5 % are 3.
        { "loop-idle", Clean with { LoopConnections = 64, Requests = 10_000, WindowS = 10, MeanLatencyS = 0.05, ClientCpuS = 5 } },
        { "loop-idle", Clean with { LoopConnections = 40, Requests = 10_000, WindowS = 10, MeanLatencyS = 0.05, ClientCpuS = 5 } },
        // What failed is in no latency, and the loop cannot be held against it.
        { "errors", Clean with { LoopConnections = 64, Requests = 10_000, WindowS = 10, MeanLatencyS = 0.05, Errors = 12 } },
        { "host-retransmits", Clean with { HostSegmentsSent = 100_000, HostRetransmits = 101 } },
        { "retransmits", Clean with { SegmentsSent = 100_000, Retransmits = 101, SynRetransmits = 0 } },
        { "retransmits", Clean with { Experiment = Experiment.Latency, SegmentsSent = 100_000, Retransmits = 1, SynRetransmits = 1 } },
        { "retransmits", Clean with { Experiment = Experiment.Restart, SegmentsSent = 10_000, Retransmits = 61, SynRetransmits = 50 } },
        { "conntrack", Clean with { ConntrackEntries = 20_000, ConntrackMax = 20_000, ConntrackDrops = 1 } },
        { "conntrack-nearly-full", Clean with { ConntrackEntries = 19_001, ConntrackMax = 20_000, ConntrackDrops = 0 } },
        { "cpu-times-unseen", Clean with { CpuTimesSeen = false, StealShare = null, BackgroundShare = null } },
        { "generator-behind-schedule", Clean with { Load = LoadShape.Open, LateShare = 0.02 } },
        {
            "generator-behind-schedule",
            Clean with
            {
                Load = LoadShape.Open,
                LateShare = 0.001,
                GeneratorQueueShare = 0.6,
                GeneratorLagTailShare = 0.6,
            }
        },
        { "generator-behind-schedule", Clean with { Load = LoadShape.Open, ClientNeverIdleShare = 0.75 } },
        { "generator-behind-schedule", Clean with { Load = LoadShape.Open, ClientNeverIdleShare = null, ClientBusyShare = 0.8 } },
        { "generator-lag", Clean with { Load = LoadShape.Open, ClientNeverIdleShare = 0.5 } },
        { "generator-lag", Clean with { Load = LoadShape.Open, GeneratorLagShare = 0.4, GeneratorLagTailShare = 0.4 } },
        { "generator-lag", Clean with { Load = LoadShape.Open, GeneratorLagShare = 0.8, GeneratorQueueShare = 0.5, GeneratorLagTailShare = 0.8 } },
        { "generator-lag", Clean with { Load = LoadShape.Open, GeneratorLagShare = 0.05, GeneratorLagTailShare = 0.7 } },
        { "coarse-pacing", Clean with { Load = LoadShape.Open, NanosecondPacing = false } },
        { "host-queue-overflow", Clean with { ListenOverflows = null, ListenDrops = null, HostListenOverflows = 3 } },
        { "throttled", Clean with { ThrottledPeriods = 1 } },
        { "throttled", Clean with { ThrottledPeriods = 2, QuotaPeriods = 20 } },
        { "throttled-often", Clean with { ThrottledPeriods = 3, QuotaPeriods = 20 } },
        { "too-few-cpus", Clean with { Workers = 4, ServerCpus = 4, ServerCores = 2 } },
        { "too-few-cpus", Clean with { CpuQuota = 2.5, OccupiedCpus = 3 } },
        { "rate-not-reached", Clean with { Load = LoadShape.Open, WindowS = 2, Scheduled = 2000, RateAchieved = 900 } },
        { "rate-not-reached", Clean with { Load = LoadShape.Open, WindowS = 2, Scheduled = 2000, RateAchieved = 989 } },
        { "rate-not-reached", Clean with { Load = LoadShape.Open, WindowS = 1, Scheduled = 100, RateAchieved = 89 } },
        { "addresses-exhausted", Clean with { ErrorsAddress = 1 } },
        { "addresses-exhausted", Clean with { ErrorsAddress = 100, Connects = 100_000 } },
        { "addresses-short", Clean with { ErrorsAddress = 1, Connects = 1_000_000 } },
        { "listen-queue-overflow", Clean with { ListenOverflows = 1 } },
        { "cpu-steal", Clean with { StealShare = 0.1 } },
        { "cpu-steal-heavy", Clean with { StealShare = 0.21 } },
        { "background-load", Clean with { BackgroundShare = 0.2 } },
        { "cpu-speed", Clean with { LastingCpuSpeed = 0.94 } },
        { "cpu-speed", Clean with { LastingCpuSpeed = 0.85 } },
        { "cpu-speed", Clean with { CpuSpeed = 0.84 } },
        { "cpu-speed-changed", Clean with { LastingCpuSpeed = 0.84 } },
        { "cpu-speed", Clean with { LastingCpuSpeed = 1.17 } },
        { "cpu-speed-changed", Clean with { LastingCpuSpeed = 1.18 } },
        { "slow-clock-source", Clean with { ClockSource = "hpet" } },
        { "slow-clock-source", Clean with { ClockSource = "xen" } },
        { "background-load-heavy", Clean with { BackgroundShare = 0.21 } },
        { "too-few-cpus", Clean with { Workers = 8 } },
        { "too-few-cpus", Clean with { DisjointCpus = false } },
        { "not-steady", Clean with { LevelChange = -0.12, LevelChangeP = 0.0004 } },
        { "counts-disagree", Clean with { CountsAgree = false } },
        { "probe-lag", Clean with { ProbeIntervalMs = 1, GapMs = 1, GapUncertaintyMs = 10.5 } },
        { "probe-lag", Clean with { ProbeIntervalMs = 1, GapMs = 400, GapUncertaintyMs = 41 } },
        { "errors", Clean with { Errors = 1_000 } },
        { "errors-many", Clean with { Errors = 6_000 } },
        { "errors", Clean with { Load = LoadShape.Open, Errors = 90_000, Dropped = 90_000 } },
        { "errors-many", Clean with { Load = LoadShape.Open, Errors = 96_000, Dropped = 90_000 } },
        { "driver-limits", Clean with { Load = LoadShape.Open, Driver = Driver.Nbomber } },
        { "host-lost", Clean with { HostsMissing = 1 } },
        { "hosts-fewer", Clean with { HostsMissing = 0, HostsGivenUp = 1 } },
        { "clock-unsure", Clean with { ProbeIntervalMs = 1, ClockBoundS = 0.0011 } },
        { "start-spread", Clean with { WindowS = 0.05, StartSpreadS = 0.0008, ClockBoundS = 0.0003 } },
        { "start-spread", Clean with { WindowS = 10, StartSpreadS = 0.11, ClockBoundS = 0.0001 } },
        { "network-limited", Clean with { CardShare = 0.91 } },
        { "network-limited", Clean with { HostsRetransmitShare = 0.0011 } },
    };

    public static TheoryData<string, Evidence> Acquittals => new()
    {
        { "nothing is wrong", Clean },
        { "a neighbour at one moment says little of the window", Clean with { CpuSpeed = 0.86, LastingCpuSpeed = 0.96 } },
        { "a change of 4 % is less than repeats differ by", Clean with { LevelChange = 0.04, LevelChangeP = 0.0001 } },
        { "chance makes such a change in one window of 200", Clean with { LevelChange = 0.12, LevelChangeP = 0.005 } },
        {
            "a server that is restarted in the window changes its level on purpose",
            Clean with { Experiment = Experiment.Restart, LevelChange = 0.5, LevelChangeP = 0.0001 }
        },
        {
            "what was not measured convicts nobody", Clean with
            {
                BusiestServerCpuShare = null, ServerCores = null, OccupiedCpus = null, HostListenOverflows = null, ClientNeverIdleShare = null,
                ServerBusyShare = null, StealShare = null, BackgroundShare = null, ListenOverflows = null, ListenDrops = null, CountsAgree = null,
            }
        },
        { "a server at its own limit is what is measured", Clean with { ClientNeverIdleShare = 1, ServerBusyShare = 0.99 } },
        {
            "the CPU of the only worker is all the CPUs there are",
            Clean with
            {
                ServerBusyShare = 0.93,
                MeanServerCpuShare = 0.97,
                BusiestServerCpuShare = 0.97,
                Workers = 1,
            }
        },
        {
            "interrupts on the workers' CPUs are the server's work",
            Clean with
            {
                ServerBusyShare = 0.6,
                MeanServerCpuShare = 0.96,
                BusiestServerCpuShare = 0.99,
            }
        },
        {
            "pinned workers that used 95 % of their time are at their limit",
            Clean with { ServerBusyShare = 0.9, MeanWorkerShare = 0.96, BusiestWorkerShare = 0.99, MeanServerCpuShare = 0.94 }
        },
        { "a window without a stall", Clean with { WindowS = 2, Stalls = 0, StalledTotalMs = 0 } },
        {
            "half of the ports and no search for them",
            Clean with
            {
                SourcePortsAvailable = 100,
                SourcePortsNeeded = 90,
                Connects = 1000,
                SlowConnects = 0,
            }
        },
        {
            "slow connects for another reason",
            Clean with
            {
                SourcePortsAvailable = 28_232,
                SourcePortsNeeded = 64,
                Connects = 1000,
                SlowConnects = 500,
            }
        },
        { "a loop that Little's law explains", Clean with
            { LoopConnections = 53, Requests = 10_000, WindowS = 10, MeanLatencyS = 0.05, ClientCpuS = 5 } },
        { "one connection is idle while the swarm works on its response", Clean with
            { LoopConnections = 1, Requests = 100_000, WindowS = 10, MeanLatencyS = 0.00003, ClientCpuS = 7 } },
        { "what the window's ends cut is in one figure only", Clean with
            { LoopConnections = 10, Requests = 15, WindowS = 2, MeanLatencyS = 1, ClientCpuS = 0 } },
        { "one segment of the host in a thousand", Clean with { HostSegmentsSent = 100_000, HostRetransmits = 100 } },
        { "one segment in a thousand", Clean with { SegmentsSent = 100_000, Retransmits = 100, SynRetransmits = 1 } },
        {
            "a SYN that a closing listener dropped is the restart's loss",
            Clean with
            {
                Experiment = Experiment.Restart,
                SegmentsSent = 1_000,
                Retransmits = 50,
                SynRetransmits = 50,
            }
        },
        { "a tracking table with room", Clean with { ConntrackEntries = 19_000, ConntrackMax = 20_000, ConntrackDrops = 0 } },
        { "on both sides of a threshold the repeat stays in the median", Clean with { ClientNeverIdleShare = 0.982, ServerBusyShare = 0.963 } },
        { "an open loop's rate is given, the server need not be at its "
            + "limit", Clean with { Load = LoadShape.Open, ClientNeverIdleShare = 0.49, ServerBusyShare = 0.3 } },
        { "a server that is restarted all the time is at no limit", Clean with { Experiment = Experiment.Restart, ServerBusyShare = 0.4 } },
        { "a tenth of a percentile is no more than the lag of any "
            + "swarm", Clean with { Load = LoadShape.Open, GeneratorLagShare = 0.1, GeneratorLagTailShare = 0.1 } },
        { "a closed loop is not paced", Clean with
            { NanosecondPacing = false, ClientNeverIdleShare = 0.9, GeneratorQueueShare = 1, GeneratorLagShare = 1, GeneratorLagTailShare = 1 } },
        { "a quota above what is used stops nobody", Clean with { CpuQuota = 3, OccupiedCpus = 3, ThrottledPeriods = 0 } },
        { "a closed loop has no schedule", Clean with { LateShare = 1, WindowS = 1, Scheduled = 10, RateAchieved = 1 } },
        { "a Poisson schedule that had little in the window was "
            + "carried", Clean with { Load = LoadShape.Open, WindowS = 2, Scheduled = 1800, RateAchieved = 900 } },
        { "one in a hundred still in progress at the end is no "
            + "backlog", Clean with { Load = LoadShape.Open, WindowS = 2, Scheduled = 2000, RateAchieved = 990 } },
        { "in a short window a few in progress are more than one in a "
            + "hundred", Clean with { Load = LoadShape.Open, WindowS = 1, Scheduled = 100, RateAchieved = 90 } },
        { "the warm-up's last answers are carried too", Clean with { Load = LoadShape.Open, WindowS = 1, Scheduled = 1000, RateAchieved = 1040 } },
        { "a restart is there to be refused", Clean with { Experiment = Experiment.Restart, Errors = 50_000 } },
        { "one error in ten thousand is none", Clean with { Errors = 10 } },
        { "a long gap may be known to within a tenth of itself", Clean with { ProbeIntervalMs = 1, GapMs = 400, GapUncertaintyMs = 39 } },
        { "a short gap may be known to within ten intervals", Clean with { ProbeIntervalMs = 1, GapMs = 1, GapUncertaintyMs = 9.5 } },
    };

    [Theory]
    [MemberData(nameof(Convictions))]
    public void Each_reason_has_its_evidence(string code, Evidence evidence) => Assert.Equal(code, VerdictRules.Judge(evidence).Codes);

    [Fact]
    public void A_restart_is_graded_by_its_gap_alone()
    {
        Verdict verdict = VerdictRules.Judge(Clean with
        {
            Experiment = Experiment.Restart,
            Load = LoadShape.Open,
            LateShare = 0.5,
            ClientNeverIdleShare = 1,
            ServerBusyShare = 0.1
        });
        Assert.Equal(Grade.Invalid, verdict.Grade);
        Assert.Equal(Grade.Ok, verdict.GradeFor(VerdictRules.FiguresOf(Experiment.Restart)));
        Assert.Equal(Grade.Invalid, VerdictRules.Judge(Clean with { CountsAgree = false }).GradeFor(VerdictRules.FiguresOf(Experiment.Restart)));
        Assert.Equal(Figures.All, VerdictRules.FiguresOf(Experiment.Latency));
    }

    [Fact]
    public void A_verdict_has_one_wording_which_says_of_which_figures_it_is()
    {
        Verdict stalled = VerdictRules.Judge(Clean with { WindowS = 2, Stalls = 1, StalledTotalMs = 21, Workers = 8 });

        Assert.Equal("invalid latency, limited throughput (generator-stalled, too-few-cpus)", GradeText.WithReasons(Experiment.Throughput, stalled));
        Assert.Equal("ok", GradeText.WithReasons(Experiment.Restart, stalled));
        Assert.Equal("ok", GradeText.WithReasons(Experiment.Fairness, stalled));
        Assert.Equal("limited (too-few-cpus)", GradeText.WithReasons(Experiment.Latency, VerdictRules.Judge(Clean with { Workers = 8 })));
    }

    [Fact]
    public void Every_experiment_is_for_one_sort_of_figure()
    {
        Assert.Equal(Figures.Throughput, VerdictRules.PurposeOf(Experiment.Throughput));
        Assert.Equal(Figures.Latency, VerdictRules.PurposeOf(Experiment.Latency));
        Assert.Equal(Figures.Latency, VerdictRules.PurposeOf(Experiment.DriverCheck));
        Assert.Equal(Figures.Gap, VerdictRules.PurposeOf(Experiment.Restart));
        Assert.Equal(Figures.Fairness, VerdictRules.PurposeOf(Experiment.Fairness));
    }

    [Theory]
    [MemberData(nameof(Acquittals))]
    public void Without_evidence_the_verdict_is_ok(string reason, Evidence evidence) =>
        Assert.True(VerdictRules.Judge(evidence).Grade == Grade.Ok, reason);

    [Fact]
    public void A_saturated_client_spoils_throughput_but_not_fairness()
    {
        Verdict verdict = VerdictRules.Judge(Clean with { ClientNeverIdleShare = 1, ServerBusyShare = 0.5 });
        Assert.Equal(Grade.Invalid, verdict.GradeFor(Figures.Throughput));
        Assert.Equal(Grade.Ok, verdict.GradeFor(Figures.Fairness));
    }

    [Fact]
    public void A_verdict_reads_back_from_its_codes()
    {
        Verdict verdict = VerdictRules.Judge(Clean with { StealShare = 1, Workers = 9, ErrorsAddress = 1, Connects = 9_999 });
        Assert.Equal(verdict.Reasons, Verdict.Parse(verdict.Codes).Reasons);
    }

    [Fact]
    public void A_code_of_a_later_version_spoils_everything() =>
        Assert.Equal(Grade.Invalid, Verdict.Parse("moon-phase").GradeFor(Figures.Gap));

    [Fact]
    public void Every_rule_is_in_the_list_once() => Assert.Equal(
        typeof(VerdictRules).GetProperties().Where(p => p.PropertyType == typeof(VerdictRule)).Select(p => ((VerdictRule)p.GetValue(null)!).Code).Order(),
        VerdictRules.All.Select(r => r.Code).Order());

    [Fact]
    public void Every_rule_but_the_one_that_is_added_has_a_conviction_here() => Assert.Equal(
        VerdictRules.All.Select(r => r.Code).Where(c => c != VerdictRules.Failed.Code).Order(),
        Convictions.SelectMany(c => c.Data.Item1.Split(';')).Distinct().Order());

    [Fact]
    public void A_text_is_short_sentences()
    {
        Assert.All(VerdictRules.All, rule => Assert.EndsWith(".", rule.Meaning, StringComparison.Ordinal));
        Assert.All(VerdictRules.All, rule => Assert.True(rule.Advice.Length == 0 || rule.Advice.EndsWith('.')));
        Assert.Equal(VerdictRules.All.Select(r => r.Code).Distinct(), VerdictRules.All.Select(r => r.Code));
    }
}

using HdrHistogram;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests;

public sealed class ResultRowsTests
{
    private static readonly LagShares NoLag = LagShares.None;

    [Fact]
    public void A_row_has_the_cell_as_it_ran()
    {
        Measurement measured = Measurements.Agreeing();

        Assert.Equal(measured.Cell, ResultRows.Measured("r", measured, [], NoLag).Cell);
    }

    [Fact]
    public void What_a_client_host_lost_or_was_stopped_for_counts_as_what_the_servers_did()
    {
        ResultRow server = ResultRows.Measured("r", Measurements.Agreeing(), [], NoLag) with
        {
            ThrottledPeriods = 5,
            QuotaPeriods = 1000,
            ConntrackEntries = 90,
            ConntrackMax = 100,
            ConntrackDrops = 0,
            SoftnetDrops = null,
        };
        ResultRow row = ResultRows.WithClientHosts(server, [Sight(3, 10, 0, 3), Sight(4, 100, 7, null)]);
        Assert.Equal((3L, 10L), (row.ThrottledPeriods, row.QuotaPeriods));
        Assert.Equal((90L, 100L), (row.ConntrackEntries, row.ConntrackMax));
        Assert.Equal((7L, 3L), (row.ConntrackDrops, row.SoftnetDrops));
        Assert.Equal(server, ResultRows.WithClientHosts(server, []));

        static HostSight Sight(long throttled, long periods, long dropped, long? softnet) => new(
            KernelCounts.Unknown with { Losses = new KernelLosses(null, null, null, null, null, softnet, 10, 100, dropped) }, KernelTraits.Read())
        {
            ThrottledPeriods = throttled,
            QuotaPeriods = periods,
        };
    }

    [Fact]
    public void A_window_whose_level_changes_is_marked_with_when_and_by_how_much()
    {
        Measurement measured = Measurements.Agreeing();
        long[] responses = [100, 101, 99, 100, 101, 80, 79, 81, 80, 80, 80, 80];
        LoadDocument Swarm(IEnumerable<long> counts) => measured.Swarm with
        {
            Load = "closed",
            DurationS = 1.2,
            Timeline = [.. counts.Select((r, i) => new TimelinePoint { StartMs = i * 100, Requests = r })],
        };

        ResultRow row = ResultRows.Measured("r", measured with { Swarm = Swarm(responses) }, [], NoLag);
        Assert.Contains(VerdictRules.NotSteady, row.Verdict.Reasons);
        Assert.Equal((-0.20, -0.20, 500), (Math.Round(row.StepShare!.Value, 2), Math.Round(row.DriftShare!.Value, 2), Math.Round(row.StepAtMs!.Value)));

        ResultRow steady = ResultRows.Measured("r", measured with { Swarm = Swarm(responses.Select((_, i) => 100L + (i % 3))) }, [], NoLag);
        Assert.DoesNotContain(VerdictRules.NotSteady, steady.Verdict.Reasons);
        Assert.NotNull(steady.StepChanceShare);
        Assert.Null(ResultRows.Measured("r", measured, [], NoLag).StepChanceShare);
    }

    /// <summary>Ten milliseconds each, a thousand in a second: ten requests at a time.</summary>
    [Theory]
    [InlineData(5, false)]
    [InlineData(32, true)]
    public void A_loop_is_held_against_the_connections_of_all_its_workers(int each, bool isIdle)
    {
        Measurement measured = Measurements.Agreeing();
        measured = measured with
        {
            Cell = measured.Cell with { Load = measured.Cell.Load with { Workload = Workload.Keepalive, ConnectionsPerWorker = each } },
            Swarm = measured.Swarm with { Requests = 1000, LatencyMeanUs = 10_000, ClientCpuS = 0 },
        };

        ResultRow row = ResultRows.Measured("r", measured, [], NoLag);

        Assert.Equal(isIdle, row.Verdict.Reasons.Contains(VerdictRules.LoopIdle));
    }

    [Theory]
    [InlineData(100, 100, 100, "ok")]
    [InlineData(120, 100, 118, "generator-lag")] // wake-ups of an idle client
    [InlineData(200, 100, 170, "generator-lag")]
    [InlineData(200, 100, 120, "generator-behind-schedule")] // a queue in the client, whatever it is added to
    public void What_the_swarm_added_to_a_percentile_is_in_the_row_and_in_its_verdict(int latencyUs, int netOfLagUs, int netOfQueueUs, string verdict)
    {
        Dictionary<string, HistogramBase> histograms = new()
        {
            [Phases.Request] = Histogram(latencyUs),
            [Phases.NetOfLag] = Histogram(netOfLagUs),
            [Phases.NetOfQueue] = Histogram(netOfQueueUs),
        };
        Measurement measured = Measurements.Agreeing();
        measured = measured with
        {
            Cell = measured.Cell with { Load = measured.Cell.Load with { Rate = 1000 } },
            Swarm = measured.Swarm with { ClientNeverIdleShare = 0.2 },
        };

        ResultRow row = ResultRows.Measured("r", measured, [], LagShares.Of(histograms, 0));

        Assert.Equal((latencyUs - netOfLagUs) / (double)netOfLagUs, row.GeneratorLagShare!.Value, 0.01);
        Assert.Equal((latencyUs - netOfQueueUs) / (double)netOfQueueUs, row.GeneratorQueueShare!.Value, 0.01);
        string[] codes = [.. row.Verdict.Reasons.Select(r => r.Code).Where(c => c.StartsWith("generator", StringComparison.Ordinal))];
        Assert.Equal(verdict, codes.Length == 0 ? "ok" : Assert.Single(codes));

        static LongHistogram Histogram(int us)
        {
            LongHistogram histogram = HistogramCodec.New();
            histogram.RecordValueWithCount(us * 1000L, 10_000);
            return histogram;
        }
    }

    [Theory]
    [InlineData(true, 2L)]
    [InlineData(false, null)]
    public void The_kernels_counters_are_in_the_row_where_they_are_the_repeats_own(bool isolated, long? synRetransmits)
    {
        ResultRow row = ResultRows.Measured("r", Measurements.Agreeing() with { Isolated = isolated }, [], NoLag);

        Assert.Equal(synRetransmits, row.KernelSynRetransmits);
        Assert.Equal(isolated, row.KernelResetsSent is not null && row.KernelRetransmits is not null);
    }

    [Fact]
    public void A_group_queues_as_much_as_all_its_listeners_do()
    {
        Measurement measured = Measurements.Agreeing();

        ResultRow row = ResultRows.Measured("r", measured with { Ready = measured.Ready with { BacklogEffective = 100 } }, [], NoLag);

        Assert.Equal((4096, 100, 200), (row.Cell.Server.Backlog, row.BacklogEffective, row.BacklogTotal));
    }

    /// <summary>The made-up server used half a second of CPU time in one second, with two workers.</summary>
    [Theory]
    [InlineData(Variant.Single, true, 4, 0.25)] // the acceptor is pinned to the workers' two CPUs
    [InlineData(Variant.Single, false, 4, 0.5 / 3)] // not pinned, it can have one of its own
    [InlineData(Variant.Reuseport, true, 4, 0.25)]
    [InlineData(Variant.Reuseport, false, 4, 0.25)]
    [InlineData(Variant.Reuseport, true, 1, 0.5)]
    public void The_busy_share_is_over_the_CPUs_that_the_servers_threads_can_occupy(Variant variant, bool pinned, int cpus, double share)
    {
        Measurement measured = Measurements.Agreeing(variant);
        CpuList server = new(Enumerable.Range(0, cpus));
        measured = measured with
        {
            Cpus = measured.Cpus with { Server = server },
            Cell = measured.Cell with { Server = measured.Cell.Server with { Cpus = pinned ? server : CpuList.None } },
        };

        Assert.Equal(share, ResultRows.Measured("r", measured, [], NoLag).ServerBusyShare!.Value, 9);
    }

    [Fact]
    public void What_the_lab_tuned_is_in_force_in_a_fresh_namespace_or_recorded_as_of_the_whole_machine()
    {
        Assert.SkipUnless(NetworkNamespace.CanHaveOne(out LinuxException? problem), $"a network namespace cannot be made ({problem?.Errno.Name})");
        SortedDictionary<string, string> tuned = HostSysctls.Read();
        tuned["net.ipv4.tcp_sack"] = "0";
        tuned["net.ipv4.tcp_notsent_lowat"] = "131072";

        SortedDictionary<string, string> inForce = HostSysctls.WithMachineWide(MeasurementThread.Run(ownNamespace: true, tuned, HostSysctls.Read));

        Assert.Equal(("0", "131072"), (inForce["net.ipv4.tcp_sack"], inForce["net.ipv4.tcp_notsent_lowat"]));
        Assert.Equal(HostSysctls.Read().Keys, inForce.Keys);
    }

    [Theory]
    [InlineData(true, Isolation.Netns)]
    [InlineData(false, Isolation.None)]
    public void A_failed_repeat_says_where_it_was_to_run(bool isolated, Isolation isolation)
    {
        ResultRow row = ResultRows.Failed("r", Cell.Blank, 1, 7, isolated, "no");
        Assert.Equal((isolation, "failed", "no"), (row.Isolation, row.Verdict.Codes, row.Failure));
    }

    [Theory]
    [InlineData(InterruptTime.Process, true)]
    [InlineData(InterruptTime.Apart, false)]
    [InlineData(InterruptTime.Unknown, false)]
    public void Cpu_per_request_is_only_given_where_it_holds_the_interrupts(InterruptTime interrupts, bool given)
    {
        Measurement m = Measurements.Agreeing() with { Traits = new KernelTraits(interrupts, NanosecondPacing: true, CpuQuota: null) };
        ResultRow row = ResultRows.Measured("r", m, [], NoLag);
        Assert.Equal((given, given), (row.ServerCpuUsPerRequest is not null, row.ClientCpuUsPerRequest is not null));
        Assert.NotNull(row.ServerCpuS);
    }

    /// <summary>Half a second of the server, a quarter of the swarm and 60 ms of ksoftirqd, over 30 requests.</summary>
    [Fact]
    public void What_a_request_costs_is_given_for_each_side_and_for_both_with_what_the_kernel_does_for_either()
    {
        Measurement m = Measurements.Agreeing();
        Dictionary<int, long> softIrq = new() { [0] = 60_000_000 };
        ResultRow row = ResultRows.Measured("r", m with { Window = m.Window with { End = m.Window.End with { SoftIrqNs = softIrq } } }, [], NoLag);
        double?[] each = [row.ServerCpuUsPerRequest, row.ClientCpuUsPerRequest, row.KsoftirqdCpuUsPerRequest, row.BothCpuUsPerRequest];
        Assert.Equal([0.5, 0.25, 0.06, 0.81], each.Select(us => Math.Round(us!.Value * 30 / 1e6, 9)));
        Assert.Null(ResultRows.Measured("r", m, [], NoLag).BothCpuUsPerRequest);
    }

    [Theory]
    [InlineData("Microsoft Corporation Virtual Machine", "", null, 0.0, "CPU steal cannot be seen here: Hyper-V has no counter for it")]
    [InlineData("kvm", "", 0.0, 0.0, null)]
    [InlineData("kvm", "/proc/stat", null, null, "CPU steal and background load cannot be seen here: lxcfs serves /proc/stat in this container, which "
        + "leaves out what runs outside it")]
    public void What_cannot_be_seen_here_is_said_and_not_zero(string hypervisor, string lxcfs, double? steal, double? background, string? said)
    {
        ContainerView container = new(null, lxcfs.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Measurement m = Measurements.Agreeing();
        m = m with { Traits = m.Traits with { Container = container, Steal = StealCounter.Of(hypervisor, "6.12", container) } };
        ResultRow row = ResultRows.Measured("r", m, [], NoLag);
        Assert.Equal((steal, background, said), (row.StealShare, row.BackgroundShare, row.CpuTimesUnseen));
        Assert.Equal(lxcfs.Length > 0, row.Verdict.Codes.Contains("cpu-times-unseen", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_interrupts_are_nobodys_the_servers_cpus_say_whether_it_was_at_its_limit()
    {
        Measurement m = Measurements.Agreeing() with
        {
            Traits = new KernelTraits(InterruptTime.Apart, NanosecondPacing: true, CpuQuota: null),
            Window = Windows.OfOneSecond(Windows.Cpu(0, tasks: 50, interrupts: 50), Windows.Cpu(1, tasks: 25)),
        };
        m = m with { Cell = m.Cell with { Server = m.Cell.Server with { Cpus = new CpuList([0]) } } };
        ResultRow row = ResultRows.Measured("r", m, [], NoLag);
        Assert.Equal((0.5, 1.0, 1.0), (row.ServerBusyShare, row.BusiestServerCpuShare, row.MeanWorkerShare));
        Assert.DoesNotContain("server-not-at-limit", row.Verdict.Codes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "listen-queue-overflow")]
    [InlineData(false, "host-queue-overflow")]
    public void A_dropped_handshake_is_the_servers_own_only_in_a_namespace(bool isolated, string reason)
    {
        Measurement m = Measurements.Agreeing() with { Isolated = isolated };
        ResultRow row = ResultRows.Measured("r", m with { Kernel = m.Kernel with { ListenDrops = 1 } }, [], NoLag);
        Assert.Contains(reason, row.Verdict.Codes.Split(';'));
        Assert.Equal(isolated ? 1L : null, row.ListenDrops);
    }

    [Theory]
    [InlineData(1000, 10, 15, 4, "")]
    [InlineData(1011, 10, 15, 4, "retransmits")] // Of 10,000 segments.
    [InlineData(1001, 11, 15, 4, "retransmits")] // A handshake of a cell that measures latency.
    [InlineData(1000, 10, 15, 5, "conntrack")]
    [InlineData(1000, 10, 96, 4, "conntrack-nearly-full")]
    public void What_the_kernel_lost_between_two_readings_is_in_the_row_and_in_the_verdict(
        long retransmits, long synRetransmits, long entries, long drops, string reason)
    {
        KernelCounts before = new(PassiveOpens: 0, 0, Retransmits: 1000, SynRetransmits: 10, 0, 0, 0, 0)
        {
            Losses = new KernelLosses(500, 1, 1, 1, 1, 1, 15, 100, 4),
        };
        KernelCounts after = new(PassiveOpens: 30, 0, retransmits, synRetransmits, 0, 0, 0, 0)
        {
            Losses = new KernelLosses(10_500, 4, 3, 6, 7, 8, entries, 100, drops),
        };
        Measurement m = Measurements.Agreeing();

        ResultRow row = ResultRows.Measured(
            "r", m with { Cell = m.Cell with { Experiment = Experiment.Latency }, Kernel = after - before }, [], NoLag);

        string[] ofKernel = [VerdictRules.Retransmits.Code, VerdictRules.ConntrackFull.Code, VerdictRules.ConntrackNearlyFull.Code];
        Assert.Equal(reason, string.Join(';', row.Verdict.Codes.Split(';').Intersect(ofKernel)));
        Assert.Equal((10_000L, 3L, 2L, 5L, 6L, 7L), (
            row.KernelSegmentsSent, row.KernelTcpTimeouts, row.KernelSynQueueDrops, row.KernelSynCookies, row.KernelBacklogDrops, row.SoftnetDrops));
        Assert.Equal((entries, 100L, drops - 4), (row.ConntrackEntries, row.ConntrackMax, row.ConntrackDrops));
    }

    [Fact]
    public void Without_a_namespace_of_its_own_only_the_machines_losses_are_the_repeats()
    {
        Measurement m = Measurements.Agreeing() with { Isolated = false };
        m = m with { Kernel = m.Kernel with { Losses = new KernelLosses(1, 1, 1, 1, 1, SoftnetDrops: 1, 20, 100, ConntrackDrops: 2) } };

        ResultRow row = ResultRows.Measured("r", m, [], NoLag);

        Assert.Equal((null, 1L, 2L), (row.KernelTcpTimeouts, row.SoftnetDrops, row.ConntrackDrops));
    }

    [Fact]
    public void A_window_too_short_for_ticks_says_that_it_saw_nobody_else()
    {
        Measurement m = Measurements.Agreeing() with { Window = Windows.OfOneSecond(KeyValuePair.Create(0, new CpuTicks(40, 20, 0, 0))) };

        Assert.Contains(VerdictRules.CpuTimesUnseen, ResultRows.Measured("r", m, [], NoLag).Verdict.Reasons);
        Assert.DoesNotContain(VerdictRules.CpuTimesUnseen, ResultRows.Measured("r", Measurements.Agreeing(), [], NoLag).Verdict.Reasons);
    }
}

using ReuseBench.Reports.Topics;
using ReuseBench.Reports.Topics.Affinity;
using ReuseBench.Reports.Topics.DriverCheck;
using ReuseBench.Reports.Topics.Expectations;
using ReuseBench.Reports.Topics.Fairness;
using ReuseBench.Reports.Topics.Hosts;
using ReuseBench.Reports.Topics.Idle;
using ReuseBench.Reports.Topics.Latency;
using ReuseBench.Reports.Topics.Micro;
using ReuseBench.Reports.Topics.Other;
using ReuseBench.Reports.Topics.Published;
using ReuseBench.Reports.Topics.Restart;
using ReuseBench.Reports.Topics.Rounds;
using ReuseBench.Reports.Topics.Semantics;
using ReuseBench.Reports.Topics.Servers;
using ReuseBench.Reports.Topics.Sockets;
using ReuseBench.Reports.Topics.Stall;
using ReuseBench.Reports.Topics.Throughput;
using ReuseBench.Reports.Topics.Varied;

namespace ReuseBench.Reports;

/// <summary>The topics of a report, in their order.</summary>
public static class TopicRegistry
{
    private static readonly ITopic[] Known =
    [
        new ExpectationTopic(),
        new ThroughputTopic(),
        new LatencyTopic(),
        new RestartTopic(),
        new PublishedTopic(),
        new FairnessTopic(),
        new AffinityTopic(),
        new IdleTopic(),
        new SocketsTopic(),
        new StallTopic(),
        new SemanticsTopic(),
        new DriverCheckTopic(),
        new MicroTopic(),
        new ServersTopic(),
        new VariedTopic(),
        new HostsTopic(),
        new RoundsTopic(),
    ];

    public static IReadOnlyList<ITopic> All { get; } = [.. Known, new OtherTopic([.. Known.SelectMany(t => t.Experiments)])];
}

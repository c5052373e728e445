using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Experiments.Loads;

/// <summary><c>throughput</c>: a closed loop, how much the server carries.</summary>
internal sealed class ThroughputExperiment() : LoadedExperiment(Experiment.Throughput)
{
    public override bool TakesPrograms => true;

    public override string Meaning => "How much a server carries: a closed loop, the next request as soon as the response is in.";

    public override string? Problem(Cell cell) => cell.Load.Load != LoadShape.Closed
        ? "experiment: throughput is measured in a closed loop; leave out rate, or use the experiment latency"
        : base.Problem(cell);
}

/// <summary><c>latency</c>: an open loop, the latency tail at a fixed arrival rate.</summary>
internal sealed class LatencyExperiment() : LoadedExperiment(Experiment.Latency)
{
    public override bool TakesPrograms => true;

    public override string Meaning => "The latency distribution at a given rate: an open loop, requests on a schedule that does not wait for responses.";

    public override string? Problem(Cell cell) => cell.Load.Load != LoadShape.Open
        ? "experiment: latency is measured in an open loop; give a rate"
        : base.Problem(cell);
}

/// <summary>
/// <c>driver-check</c>: the same load by the native swarm and by NBomber. It is there to show that both agree: where NBomber cannot be had, its half
/// is left out.
/// </summary>
internal sealed class DriverCheckExperiment() : LoadedExperiment(Experiment.DriverCheck)
{
    public override string Meaning => "The same load by the native swarm and by NBomber, to show that both agree.";

    public override bool MayLackDriver => true;
}

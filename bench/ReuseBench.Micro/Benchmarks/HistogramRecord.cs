using BenchmarkDotNet.Attributes;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.Micro.Benchmarks;

/// <summary>One latency into the swarm's histogram, over values that spread like those of a run: 20 µs and up, with a long tail.</summary>
public class HistogramRecord
{
    private const int Values = 4096;
    private const double FloorNs = 20_000;
    private const double MeanAboveFloorNs = 80_000;
    private const ulong Seed = 1;

    private readonly long[] _latenciesNs = new long[Values];
    private readonly PhaseHistograms _histograms = new(LoadShape.Closed);

    [GlobalSetup]
    public void MakeLatencies()
    {
        SplitMix64 random = new(Seed, stream: 0);
        for (int value = 0; value < Values; value++)
        {
            _latenciesNs[value] = (long)(FloorNs - (MeanAboveFloorNs * Math.Log(random.NextOpenUnit())));
        }
    }

    [Benchmark(Description = "record", OperationsPerInvoke = Values)]
    public void Record()
    {
        foreach (long latencyNs in _latenciesNs)
        {
            _histograms.Request(latencyNs);
        }
    }
}

using ReuseBench.LoadGen.Pacing;

namespace ReuseBench.Bench.Running;

/// <summary>The seed of a swarm: another one for every repeat, the same in every run of the same seed, and unrelated to those of another run seed.</summary>
internal static class RepeatSeed
{
    /// <summary>A double, and so any tool that reads the tables, holds 53 bits exactly.</summary>
    private const int BitsKept = 53;

    /// <param name="runSeed">Of the run.</param>
    /// <param name="repeat">From 1.</param>
    public static ulong Of(ulong runSeed, int repeat) => new SplitMix64(runSeed, (ulong)repeat).Next() >> (64 - BitsKept);
}

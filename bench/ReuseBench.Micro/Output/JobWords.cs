using BenchmarkDotNet.Jobs;

namespace ReuseBench.Micro.Output;

/// <summary>A job by what it does: its name in BenchmarkDotNet is a hash as soon as one setting is our own.</summary>
internal static class JobWords
{
    public static string Of(Job job)
    {
        string count = job.Run.HasValue(RunMode.IterationCountCharacteristic) ? $"{job.Run.IterationCount}" : "as many as needed";
        return job.Run.HasValue(RunMode.IterationTimeCharacteristic)
            ? $"{count} x {job.Run.IterationTime.ToMilliseconds():0} ms"
            : count;
    }
}

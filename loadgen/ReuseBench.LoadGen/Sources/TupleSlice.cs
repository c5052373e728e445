namespace ReuseBench.LoadGen.Sources;

/// <summary>A thread's contiguous share of numbered tuples: [First, First + Count). The shares of all threads cover each number once.</summary>
internal readonly record struct TupleSlice(long First, long Count)
{
    public static TupleSlice Of(long tuples, int thread, int threads)
    {
        long first = (long)((Int128)tuples * thread / threads);
        long next = (long)((Int128)tuples * (thread + 1) / threads);
        return new TupleSlice(first, next - first);
    }
}

using ReuseBench.Core.Units;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen.Pacing;

/// <summary>
/// When the clients of one thread begin in a closed loop whose load grows evenly: number i of all C at T·i/C. Threads take turns, so that each
/// grows from nothing to its share.
/// </summary>
/// <param name="ramp">T.</param>
/// <param name="connections">C, over all threads.</param>
/// <param name="thread">0 to <paramref name="threads"/> − 1.</param>
/// <param name="threads">At most C.</param>
internal sealed class SlotRamp(Duration ramp, int connections, int thread, int threads)
{
    private readonly int _each = connections / threads;
    private readonly int _extrasBefore = (int)TupleSlice.Of(connections, thread, threads).First - (connections / threads * thread);

    /// <summary>From the beginning of the ramp, in nanoseconds; never less than that of the slot before.</summary>
    /// <param name="slot">Of this thread, from 0.</param>
    public long BeginNs(int slot) => (long)((Int128)ramp.Nanoseconds * NumberOf(slot) / connections);

    /// <summary>A slot's place among all clients, from 0. Where some threads have a slot more than others, these slots come last.</summary>
    public int NumberOf(int slot) => (slot * threads) + (slot < _each ? thread : _extrasBefore);
}

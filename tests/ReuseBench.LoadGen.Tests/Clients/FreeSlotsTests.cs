using ReuseBench.LoadGen.Clients;

namespace ReuseBench.LoadGen.Tests.Clients;

public sealed class FreeSlotsTests
{
    [Fact]
    public void Standing_connections_are_taken_in_turn_before_any_vacant_slot()
    {
        FreeSlots free = new(4);
        free.AddVacant(3);
        free.AddStanding(0);
        free.AddStanding(1);

        Assert.Equal((0, true), Take(free));
        free.AddStanding(0);
        Assert.Equal((1, true), Take(free));
        Assert.Equal((0, true), Take(free));
        Assert.Equal((3, false), Take(free));
        Assert.False(free.Any);
        Assert.False(free.TryTake(out _, out _));
    }

    [Fact]
    public void A_lost_connection_leaves_a_vacant_slot_and_no_trace_in_the_queue()
    {
        FreeSlots free = new(2);
        free.AddStanding(0);
        free.AddStanding(1);
        free.Lose(0);

        Assert.Equal((1, true), Take(free));
        Assert.Equal((0, false), Take(free));
        Assert.False(free.Any);
    }

    [Fact]
    public void A_slot_that_is_lost_and_stands_again_is_there_once()
    {
        FreeSlots free = new(2);
        free.AddStanding(0);
        free.AddStanding(1);
        free.Lose(0);
        Assert.Equal((1, true), Take(free));
        Assert.Equal((0, false), Take(free));
        free.AddStanding(0);
        free.AddStanding(1);

        Assert.Equal((0, true), Take(free));
        Assert.Equal((1, true), Take(free));
        Assert.False(free.Any);
    }

    private static (int Slot, bool Stands) Take(FreeSlots free)
    {
        Assert.True(free.TryTake(out int slot, out bool stands));
        return (slot, stands);
    }
}

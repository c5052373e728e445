namespace ReuseBench.Linux.Tests.Selectors;

public sealed class ReuseportGroupTests
{
    [Theory]
    [InlineData(0u, 3, 0)]
    [InlineData(0x5555_5555u, 3, 0)]
    [InlineData(0x5555_5556u, 3, 1)]
    [InlineData(uint.MaxValue, 3, 2)]
    [InlineData(uint.MaxValue, 1, 0)]
    public void A_hash_is_scaled_to_the_places(uint hash, int listeners, int place) => Assert.Equal(place, ReuseportGroup.PlaceOf(hash, listeners));

    [Fact]
    public void Closing_one_moves_the_last_into_its_place()
    {
        Assert.Equal([3, 1, 2], ReuseportGroup.Of(4).Close(0).Places);
        Assert.Equal([0, 1, 2], ReuseportGroup.Of(4).Close(3).Places);
        Assert.Equal([0, 4, 2, 3], ReuseportGroup.Of(4).Add(4).Close(1).Places);
    }

    // Each value by hand: the overlap of [i/n, (i+1)/n) before and after, where the listener is the same.
    [Theory]
    [InlineData(2, "add", 1.0 / 2 + 1.0 / 6 - 0.5 / 3)]
    [InlineData(2, "close 1", 0.5)]
    [InlineData(2, "close 0", 0.5)]
    [InlineData(4, "close 3", (3 + 2 + 1) / 12.0)]
    [InlineData(4, "close 0", (0 + 2 + 1 + 0) / 12.0)]
    [InlineData(4, "same", 1)]
    public void The_share_that_stays_is_the_overlap_of_the_places(int listeners, string change, double share)
    {
        ReuseportGroup group = ReuseportGroup.Of(listeners);
        ReuseportGroup after = change.Split(' ') switch
        {
            ["add"] => group.Add(listeners),
            ["close", var which] => group.Close(int.Parse(which)),
            _ => group,
        };
        Assert.Equal(share, group.ShareKept(after), 12);
    }

    [Fact]
    public void The_share_that_stays_is_that_of_many_hashes()
    {
        ReuseportGroup before = ReuseportGroup.Of(7);
        ReuseportGroup after = before.Close(2).Add(7).Close(0);
        Random random = new(1);
        const int hashes = 200_000;
        int kept = 0;
        for (int i = 0; i < hashes; i++)
        {
            uint hash = (uint)random.NextInt64(1L << 32);
            kept += before.Select(hash) == after.Select(hash) ? 1 : 0;
        }

        Assert.Equal(before.ShareKept(after), (double)kept / hashes, 0.006);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_kernel_follows_the_rule(int listeners) => FreshNamespace.Run(() =>
    {
        SockAddr[] clients = [.. ListenerGroup.Clients(400)];
        using ListenerGroup group = new(listeners);
        ReuseportGroup model = ReuseportGroup.Of(listeners);
        int[] before = group.Connect(clients);
        Assert.Equal(before, group.Connect(clients));

        // What the first and the last place held before tells where a tuple must be afterwards.
        group.Add();
        ReuseportGroup grown = model.Add(listeners);
        int[] added = group.Connect(clients);
        AssertPossible(model, before, grown, added);

        group.Close(0);
        int[] closed = group.Connect(clients);
        AssertPossible(model, before, grown.Close(0), closed);

        // The new one took the first place: everybody else is where he was.
        Assert.Equal(before.Select(l => l == 0 ? listeners : l), closed);
    });

    /// <summary>Every tuple must be at a listener whose hashes overlap with those of its listener before.</summary>
    private static void AssertPossible(ReuseportGroup model, int[] before, ReuseportGroup changed, int[] after)
    {
        for (int i = 0; i < before.Length; i++)
        {
            int from = model.Places.ToList().IndexOf(before[i]);
            int to = changed.Places.ToList().IndexOf(after[i]);
            Assert.True(
                from * changed.Places.Count < (to + 1) * model.Places.Count && to * model.Places.Count < (from + 1) * changed.Places.Count,
                $"tuple {i} went from place {from} of {model.Places.Count} to place {to} of {changed.Places.Count}");
        }
    }
}

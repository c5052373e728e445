using ReuseBench.Linux;

namespace ReuseBench.Bench.Fairness;

/// <summary>One thing that happens to a group.</summary>
internal enum GroupStepKind
{
    /// <summary>A new listener joins; it takes the next number.</summary>
    Add,

    /// <summary>A listener is closed.</summary>
    Close,

    /// <summary>All are closed and opened again in the same order, under the same numbers.</summary>
    Rebuild,
}

/// <param name="Kind">What happens.</param>
/// <param name="Listener">Which listener is closed; not used otherwise.</param>
internal readonly record struct GroupStep(GroupStepKind Kind, int Listener = 0);

/// <summary>A change of a group of listeners 0 … n − 1 whose effect on the clients' affinity is measured.</summary>
/// <param name="Name">As in <c>affinity.csv</c>.</param>
/// <param name="Steps">In this order.</param>
internal sealed record GroupChange(string Name, IReadOnlyList<GroupStep> Steps)
{
    /// <summary>Every change that makes sense for a group of that size.</summary>
    public static IEnumerable<GroupChange> For(int listeners)
    {
        int last = listeners - 1;
        int middle = listeners / 2;
        yield return new("unchanged", []);
        yield return new("rebuilt", [new(GroupStepKind.Rebuild)]);
        yield return new("added", [new(GroupStepKind.Add)]);
        yield return new("first-closed", [new(GroupStepKind.Close, 0)]);
        if (middle != 0 && middle != last)
        {
            yield return new("middle-closed", [new(GroupStepKind.Close, middle)]);
        }

        yield return new("last-closed", [new(GroupStepKind.Close, last)]);

        // The two ways of a rolling restart: the successor joins before the old one leaves, or after.
        yield return new("first-replaced-add-close", [new(GroupStepKind.Add), new(GroupStepKind.Close, 0)]);
        yield return new("first-replaced-close-add", [new(GroupStepKind.Close, 0), new(GroupStepKind.Add)]);
    }

    /// <summary>What the kernel's rule makes of a group.</summary>
    public ReuseportGroup Predict(ReuseportGroup group)
    {
        int next = group.Places.Count;
        foreach (GroupStep step in Steps)
        {
            group = step.Kind switch
            {
                GroupStepKind.Add => group.Add(next++),
                GroupStepKind.Close => group.Close(step.Listener),
                _ => group,
            };
        }

        return group;
    }
}

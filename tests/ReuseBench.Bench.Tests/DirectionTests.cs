using System.Reflection;
using System.Runtime.CompilerServices;
using NetArchTest.Rules;

namespace ReuseBench.Bench.Tests;

/// <summary>
/// Holds the namespaces of each assembly to one direction: a type may know those of its own namespace and of what stands right of it, nothing else.
/// There is no list of exceptions.
/// </summary>
public sealed class DirectionTests
{
    /// <summary>
    /// One line an assembly: its namespaces, without the assembly's own, from the one that knows all to the one that knows none of them. Those
    /// between bars stand side by side and do not know each other; a point is the assembly's own namespace. A namespace holds those below it that are
    /// not named.
    /// </summary>
    private static readonly Dictionary<string, string> Orders = new()
    {
        ["reusebench"] =
            "Cli Tuning Runs Matrices Experiments Experiments.Loads|Experiments.Restarts|Experiments.Fairness|Experiments.Affinity|Experiments.Held "
            + "Experiments.AcceptOnly Hosted Experiments.Measuring Adapters Children Yaml|Host",
        ["ReuseBench.Core"] = "Results Hosts Wire Csv Verdicts Cells Statistics.Chance Statistics Clocks|Units Files .",
        ["ReuseBench.Linux"] = ".",
        ["ReuseBench.Reports"] =
            ". Index Comparison Frame|Render Topics.Published Topics.Servers|Topics.Expectations|Topics.Throughput|Topics.Latency|"
            + "Topics.Restart|Topics.Fairness|Topics.Affinity|Topics.Stall|Topics.Semantics|Topics.DriverCheck|"
            + "Topics.Micro|Topics.Hosts|Topics.Varied|Topics.Rounds|Topics.Other Topics Drawing Document Analysis Data Findings Wording",
        ["ReuseBench.LoadGen"] = "Drivers . Clients Recording|Pacing Sources",
        ["ReuseBench.Servers"] = ". Restarts|Processes Variants Workers|Listening Counters|Http|Selectors",
        ["ReuseBench.Cluster"] = ".",
        ["ReuseBench.Semantics"] = ". Output Claims Probing Model Cases",
    };

    public static TheoryData<string> Assemblies => [.. Orders.Keys];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void A_namespace_knows_only_what_stands_right_of_it(string assembly)
    {
        (string Name, int Place)[] rooms = RoomsOf(assembly);
        ILookup<string, Type> types = TypesOf(assembly).ToLookup(type => RoomOf(type, rooms) ?? "");
        Assert.Empty(types[""].Select(type => $"{type.FullName} stands in no namespace of the order"));
        Assert.All(rooms, here =>
        {
            IEnumerable<Type> above = rooms.Where(room => room.Name != here.Name && room.Place <= here.Place).SelectMany(room => types[room.Name]);
            Assert.Empty(Dependents(types[here.Name], above));
        });
    }

    [Fact]
    public void An_arrow_that_runs_downwards_is_seen()
    {
        // Guards the guard: a search that finds no dependency would pass for every order. This one is in a lambda.
        (string Name, int Place)[] rooms = RoomsOf("reusebench");
        ILookup<string?, Type> types = TypesOf("reusebench").ToLookup(type => RoomOf(type, rooms));
        Assert.Contains(
            Dependents(types["ReuseBench.Bench.Runs"], types["ReuseBench.Bench.Experiments"]), name =>
                name.StartsWith("ReuseBench.Bench.Runs.SideBySide", StringComparison.Ordinal));
    }

    /// <summary>Names of those that know one of the others, with what is nested in them.</summary>
    private static IEnumerable<string> Dependents(IEnumerable<Type> types, IEnumerable<Type> on)
    {
        HashSet<string> ours = [.. types.Select(type => type.FullName!)];
        string[] names = [.. on.Select(type => type.FullName!)];
        return names.Length == 0 || ours.Count == 0
            ? []
            : Types.InAssembly(types.First().Assembly).That().HaveDependencyOnAny(names).GetTypes().Select(type => type.FullName)
                .Where(name => ours.Contains(name.Split('/', '+')[0]));
    }

    private static IEnumerable<Type> TypesOf(string assembly) => Assembly.Load(assembly).GetTypes()
        .Where(type => type is { IsNested: false, Namespace: not null } && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null
            && type.Namespace.StartsWith("ReuseBench.", StringComparison.Ordinal));

    /// <summary>Full names with their place, from the left.</summary>
    private static (string Name, int Place)[] RoomsOf(string assembly)
    {
        string root = assembly == "reusebench" ? "ReuseBench.Bench" : assembly;
        return
        [
            .. Orders[assembly].Split(' ').Index().SelectMany(level =>
                level.Item.Split('|').Select(name => (name == "." ? root : $"{root}.{name}", level.Index))),
        ];
    }

    /// <summary>The longest that holds it.</summary>
    private static string? RoomOf(Type type, (string Name, int Place)[] rooms) => rooms.Select(room => room.Name)
        .Where(name => type.Namespace == name || type.Namespace!.StartsWith(name + ".", StringComparison.Ordinal)).MaxBy(name => name.Length);
}

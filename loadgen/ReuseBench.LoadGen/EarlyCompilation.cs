using System.Reflection;
using System.Runtime.CompilerServices;
using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen;

/// <summary>
/// Compiles what a swarm will run before it has a target. Where the runner starts swarm and server side by side this costs nothing, and
/// no path of the swarm, not the one that a first error takes either, is compiled within the measured window.
/// </summary>
internal static class EarlyCompilation
{
    /// <summary>Never run by the native swarm.</summary>
    private const string OtherDrivers = "ReuseBench.LoadGen.Drivers";

    private const int MostThreads = 4;

    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    public static void Run()
    {
        MethodBase[] methods =
        [
            .. typeof(Swarm).Assembly.GetTypes().Where(t => !t.ContainsGenericParameters && t.Namespace != OtherDrivers)
                .SelectMany(type => type.GetMembers(Declared).OfType<MethodBase>()).Where(m => !m.IsAbstract && !m.ContainsGenericParameters),
        ];

        // What serializes a result is in another assembly, and is compiled by a serialization.
        Task serializer = Task.Run(() => Load.ToJson(
            new LoadDocument { Errors = [new ErrorCount("", "", 0)], Timeline = [new TimelinePoint()], ClientThreadDetails = [new ClientThread()] }));

        // The server, which starts at the same time, is up before the swarm: its CPU can help from then on.
        Parallel.ForEach(methods, new ParallelOptions { MaxDegreeOfParallelism = MostThreads }, method => RuntimeHelpers.PrepareMethod(method.MethodHandle));
        serializer.GetAwaiter().GetResult();
    }
}

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

    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    public static void Run()
    {
        foreach (Type type in typeof(Swarm).Assembly.GetTypes().Where(t => !t.ContainsGenericParameters && t.Namespace != OtherDrivers))
        {
            foreach (MethodBase method in type.GetMembers(Declared).OfType<MethodBase>().Where(m => !m.IsAbstract && !m.ContainsGenericParameters))
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
            }
        }

        // What serializes a result is generic code of the library, which only a serialization compiles.
        _ = Load.ToJson(new LoadDocument { Errors = [new ErrorCount("", "", 0)], Timeline = [new TimelinePoint()], ClientThreadDetails = [new ClientThread()] });
    }
}

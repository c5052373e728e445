using System.Reflection;
using System.Runtime.CompilerServices;

namespace ReuseBench.Core;

/// <summary>Compiles before it matters what a process will run.</summary>
public static class EarlyCompilation
{
    private const int MostThreads = 4;

    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>All methods of an assembly, on as many threads as there are CPUs to use, up to four.</summary>
    /// <param name="assembly">Only methods that depend on no type parameter can be compiled without knowing who calls them.</param>
    /// <param name="exceptNamespace">Left out; null for none.</param>
    public static void Run(Assembly assembly, string? exceptNamespace = null)
    {
        MethodBase[] methods =
        [
            .. assembly.GetTypes().Where(t => !t.ContainsGenericParameters && (exceptNamespace is null || t.Namespace != exceptNamespace))
                .SelectMany(type => type.GetMembers(Declared).OfType<MethodBase>()).Where(m => !m.IsAbstract && !m.ContainsGenericParameters),
        ];
        ParallelOptions options = new() { MaxDegreeOfParallelism = MostThreads };
        Parallel.ForEach(methods, options, method => RuntimeHelpers.PrepareMethod(method.MethodHandle));
    }
}

using Xunit.Sdk;

namespace ReuseBench.TestSupport;

/// <summary>
/// For what a program can only show where the host lets it: that something was on time, that a thread got its CPU. A busy host breaks it in one
/// attempt and not in the next; a program that is wrong is so in each. What holds on any host is asserted where the result is made, and fails at once.
/// </summary>
internal static class BusyHost
{
    /// <summary>A disturbance that comes in half of all attempts comes in all of them once in 64 times.</summary>
    public const int Attempts = 6;

    /// <param name="attempt">Makes a result; what it asserts itself holds on any host.</param>
    /// <param name="undisturbed">Asserts what holds of at least one of <see cref="Attempts"/> results.</param>
    /// <returns>The first result of which it holds.</returns>
    public static async Task<T> OneOf<T>(Func<Task<T>> attempt, Action<T> undisturbed)
    {
        for (int left = Attempts - 1; ; left--)
        {
            T result = await attempt();
            try
            {
                undisturbed(result);
                return result;
            }
            catch (Exception e) when (e is IAssertionException && left > 0)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"once more, the host may have been busy: {e.Message}");
            }
        }
    }

    /// <inheritdoc cref="OneOf{T}(Func{Task{T}}, Action{T})"/>
    public static T OneOf<T>(Func<T> attempt, Action<T> undisturbed) =>
        OneOf(() => Task.FromResult(attempt()), undisturbed).GetAwaiter().GetResult();
}

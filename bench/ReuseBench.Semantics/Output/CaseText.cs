using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Model;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Output;

/// <summary>One case alone: its system calls, or why it comes out as it does.</summary>
internal static class CaseText
{
    public static void WriteTrace(Outcome outcome, CallTrace trace, TextWriter output)
    {
        output.WriteLine($"# {outcome.Case.Name}");
        foreach (string line in trace.Lines)
        {
            output.WriteLine(line);
        }

        output.WriteLine(outcome.Observation is { } observed
            ? $"# happened:  {ObservationText.Of(observed)}"
            : $"# not tried: {outcome.Untried!.Reason}");
        output.WriteLine($"# predicted: {ObservationText.Of(outcome.Prediction.AsObservation())}");
    }

    /// <summary>Two or three sentences.</summary>
    public static string Explain(SemanticCase c)
    {
        Prediction prediction = Prediction.For(c);
        string bind = prediction.Bind.Allows ? "succeeds" : "fails with EADDRINUSE";
        string then = prediction switch
        {
            { FirstListen.Allows: false } =>
                " Once the second listens, listen() of the first fails with EADDRINUSE, because by then there is a listener.",
            { FirstListen.Allows: true } => " The first may listen afterwards too.",
            _ => "",
        };
        string delivery = prediction.Delivery is { } rule ? $" {rule.Why}" : "";
        return $"The second socket's bind {bind}. {prediction.Bind.Why} ({prediction.Bind.Source}){delivery}{then}";
    }
}

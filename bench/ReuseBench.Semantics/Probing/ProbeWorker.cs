using System.Collections.Concurrent;
using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Model;

namespace ReuseBench.Semantics.Probing;

/// <summary>Takes cases off a queue and probes them, all at one site, until the queue is empty.</summary>
/// <param name="createSite">Called on the thread that probes; it owns the site.</param>
/// <param name="queue">Positions in <paramref name="cases"/>.</param>
/// <param name="cases">All cases.</param>
/// <param name="outcomes">Where the outcome goes, at the position of its case.</param>
internal sealed class ProbeWorker(
    Func<ProbeSite> createSite, ConcurrentQueue<int> queue, IReadOnlyList<SemanticCase> cases, Outcome[] outcomes)
{
    // Where a foreign socket could have had a hand in it, a surprise is valid when it has come twice.
    private const int SurprisesUntilValid = 2;

    public void Work()
    {
        if (queue.IsEmpty)
        {
            return;
        }

        using ProbeSite site = createSite();
        using Prober prober = new(site);
        while (queue.TryDequeue(out int index))
        {
            outcomes[index] = Probe(prober, cases[index], site.IsPrivate ? 1 : SurprisesUntilValid);
        }
    }

    private static Outcome Probe(Prober prober, SemanticCase c, int surprisesUntilValid)
    {
        Prediction prediction = Prediction.For(c);
        try
        {
            Outcome outcome;
            int surprises = 0;
            do
            {
                outcome = new Outcome(c, prediction, prober.Probe(c), null);
            }
            while (outcome.Agrees == false && ++surprises < surprisesUntilValid);
            return outcome;
        }
        catch (LinuxException e)
        {
            return new Outcome(c, prediction, null, Untried.Failed(e));
        }
    }
}

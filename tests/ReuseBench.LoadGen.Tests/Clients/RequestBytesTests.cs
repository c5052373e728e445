using System.Text;
using ReuseBench.Core.Cells;
using ReuseBench.LoadGen.Clients;

namespace ReuseBench.LoadGen.Tests.Clients;

public sealed class RequestBytesTests
{
    [Theory]
    [InlineData("", 0, false, "GET / HTTP/1.1\r\nHost: t:1\r\n\r\n")]
    [InlineData("Accept: */* | X-Test: 1", 0, false, "GET / HTTP/1.1\r\nHost: t:1\r\nAccept: */*\r\nX-Test: 1\r\n\r\n")]
    [InlineData("Host: example.org", 2, true, "POST / HTTP/1.1\r\nHost: example.org\r\nContent-Length: 2\r\nConnection: close\r\n\r\nxx")]
    public void A_request_has_its_header_lines(string headers, int body, bool closes, string text)
    {
        LoadSettings settings = new() { RequestHeaders = HeaderLines.Parse(headers, "request-headers"), RequestBytes = body };
        Assert.Equal(text, Encoding.ASCII.GetString(new RequestBytes(settings, "t:1").Of(closes)));
    }
}

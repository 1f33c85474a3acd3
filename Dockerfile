# docker build --tag alam .
# docker run --rm --volume "$PWD:/data" --workdir /data alam tag article.txt
FROM rust:1.90-slim-bookworm AS build
WORKDIR /alam
COPY . .
# The script also runs what it has built, in a folder without a system.
RUN bash examples/static.sh && cp target/*/dist/alam /

FROM scratch
COPY --from=build /alam /alam
ENTRYPOINT ["/alam"]
